"""What a request may take, looked at before anything of it is decoded."""

import asyncio
from dataclasses import dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class ServiceLimits:
    """Of one request, and of all at once."""

    body_bytes: int = 16 << 20
    pixels: int = 25_000_000
    seconds: float = 20.0
    """To send the body, and then to be answered."""
    clients: int = 128
    """Requests with a body at a time; more are told to come again, 429."""
    batch: int = 32
    """Pictures that are read together at most."""
    explanations: int = 4
    """Pictures that wait to be explained, one at a time; more are told to come again, 429."""


class LimitedBodies:
    """ASGI middleware: takes in a body within the limits, and only then passes the request on."""

    def __init__(self, app: ASGIApp, limits: ServiceLimits) -> None:
        self._app, self._limits, self._inside = app, limits, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, 408, 411 or 429, or pass on."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(dict(scope["headers"]))
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        self._inside += 1
        try:
            body = await asyncio.wait_for(self._body(receive), self._limits.seconds)
            if body is None:
                await _refused(413, self._too_large())(scope, receive, send)
                return
            waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

            async def replay() -> Message:
                return waiting.pop() if waiting else await receive()

            await self._app(scope, replay, send)
        except TimeoutError:
            reason = f"the body took more than {self._limits.seconds:g} seconds"
            await _refused(408, reason)(scope, receive, send)
        finally:
            self._inside -= 1

    def _refusal(self, headers: dict[bytes, bytes]) -> JSONResponse | None:
        claimed = headers.get(b"content-length", b"0")
        if not claimed.isdigit() or int(claimed) > self._limits.body_bytes:
            return _refused(413, self._too_large())
        if self._inside >= self._limits.clients:
            return _refused(429, "too many requests wait: come again", 1)
        return None

    def _too_large(self) -> str:
        return f"a body has {self._limits.body_bytes:,} bytes at most"

    async def _body(self, receive: Receive) -> bytes | None:
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise TimeoutError
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._limits.body_bytes:
                return None
            more = message.get("more_body", False)
        return b"".join(parts)


def _refused(status: int, reason: str, again: int | None = None) -> JSONResponse:
    headers = {} if again is None else {"Retry-After": str(again)}
    return JSONResponse({"detail": reason}, status, headers)
