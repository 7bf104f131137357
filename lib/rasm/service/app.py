"""The service: pictures and fonts in, what the recogniser says of them out.

Bodies are bounded before they are decoded (`limits`), pictures by their headers before they are
unpacked, fonts are read by workers with limits (`rasm.bounded`), and networks are asked by one
thread, in batches (`batching`). What is to be explained takes many times as long as what is only
read: it waits in a queue of its own, a short one. Errors are JSON with a `detail`.
"""

import asyncio
import hmac
import re
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
from fastapi import Depends, FastAPI, Form, HTTPException, Query, Request, UploadFile
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.staticfiles import StaticFiles
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from rasm import __version__
from rasm.bounded.workers import Workers
from rasm.corpora.pictures import PictureError
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.inputs.any_picture import decode_picture
from rasm.query.answer import GlyphAnswer, inventory_items, known_forms
from rasm.query.check import check_face, drawn_file
from rasm.query.recognizer import Recognizer
from rasm.query.run_files import CHECKOUT
from rasm.query.search import Search
from rasm.service.batching import Batcher, QueueFull
from rasm.service.limits import LimitedBodies, ServiceLimits

_T = TypeVar("_T")
_FOUND = 50  # glyphs that a search lists at most
_TOP = 10  # shapes and drawings that are computed; a request asks for as many or fewer
_EXAMPLE = {
    "verdict": "ok",
    "reason": "",
    "boxes": [],
    "label": "beh",
    "codepoints": ["U+0628"],
    "name": "ARABIC LETTER BEH",
    "siblings": {"isol": "beh", "init": "beh_init", "medi": "beh_medi", "final": "beh_final"},
    "probability": 0.98,
    "conformal_set": [["beh"]],
    "shortlist": [{"probability": 0.98, "labels": ["beh"]}],
    "nearest": [{"label": "beh", "codepoints": ["U+0628"], "distance": 0.41, "source": "Beiruti"}],
    "vote": {"probability": 0.97, "labels": ["beh"]},
    "explanation": {
        "verdict": "ok",
        "answer": {"labels": ["beh"], "probability": 0.98, "same_letter": 0.9},
        "runner_up": {"labels": ["teh"], "probability": 0.01, "same_letter": 0.2},
        "heats": [
            {
                "network": "both networks",
                "method": "occlusion",
                "against_runner_up": True,
                "peak": 5.2,
                "cells": [[0.0, 1.0], [-0.1, 0.0]],
                "picture": "data:image/png;base64,...",
            }
        ],
        "exemplars": [
            {
                "label": "beh",
                "codepoints": ["U+0628"],
                "source": "Beiruti",
                "distance": 0.41,
                "of_runner_up": False,
                "picture": "data:image/png;base64,...",
            }
        ],
    },
}


def _shown(example: Any) -> dict[int | str, dict[str, Any]]:
    """The responses of a path in OpenAPI."""
    refused: dict[int | str, dict[str, Any]] = {
        code: {"description": "refused, `detail` says why"} for code in (413, 415, 422, 429)
    }
    return {200: {"content": {"application/json": {"example": example}}}, **refused}


def create_app(
    load: Callable[[], Recognizer],
    token: str | None = None,
    limits: ServiceLimits | None = None,
    page: Path | None = None,
) -> FastAPI:
    """The service of a recogniser, which is loaded behind its back: `/ready` says when.

    Without a `token` nothing can be written. `page` is the folder of a page to be served at `/`.
    """
    allowed = limits or ServiceLimits()
    registry = CollectorRegistry()
    requests = Counter("rasm_requests", "answered", ("path", "status"), registry=registry)
    seconds = Histogram("rasm_request_seconds", "until answered", ("path",), registry=registry)
    sizes = Histogram(
        "rasm_batch_pictures", "read together", buckets=(1, 2, 4, 8, 16, 32), registry=registry
    )
    workers = Workers(replace(FONT_LIMITS, seconds=allowed.seconds, call_cpu_seconds=15), jobs=1)
    loaded: Future[Recognizer] = Future()

    def load_all() -> None:
        try:
            recognizer = load()
            recognizer.query([np.pad(np.zeros((20, 20), np.uint8), 9, constant_values=255)])
            loaded.set_result(recognizer)
        except Exception as error:
            loaded.set_exception(error)

    def read(pictures: Any) -> list[GlyphAnswer]:
        return loaded.result().query(pictures, _TOP)

    def explain_all(pictures: Any) -> list[GlyphAnswer]:
        return loaded.result().query(pictures, _TOP, explain=True)

    batcher: Batcher[NDArray[np.uint8], GlyphAnswer] = Batcher(
        read, allowed.batch, allowed.clients, sizes.observe
    )
    explainer: Batcher[NDArray[np.uint8], GlyphAnswer] = Batcher(
        explain_all, 1, allowed.explanations
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=load_all, daemon=True).start()
        yield
        workers.close()
        for one in (batcher, explainer):
            await run_in_threadpool(one.close)

    app = FastAPI(title="Rasm", version=__version__, lifespan=lifespan, description=__doc__ or "")
    app.add_middleware(LimitedBodies, limits=allowed)

    def ready() -> Recognizer:
        if not loaded.done():
            raise HTTPException(503, "the model is being loaded", {"Retry-After": "2"})
        if error := loaded.exception():
            raise HTTPException(503, f"the model cannot be loaded: {error}", {"Retry-After": "60"})
        return loaded.result()

    def gallery() -> Search:
        found = ready().gallery
        if found is None:
            raise HTTPException(404, "this run has no gallery of glyphs")
        return found

    def writer(
        given: Annotated[
            HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))
        ],
    ) -> None:
        if token is None:
            raise HTTPException(403, "this service was started without a token: it is read-only")
        if given is None or not hmac.compare_digest(given.credentials.encode(), token.encode()):
            raise HTTPException(401, "a token is needed", {"WWW-Authenticate": "Bearer"})

    async def in_time(work: Awaitable[_T]) -> _T:
        try:
            return await asyncio.wait_for(work, allowed.seconds)
        except TimeoutError:
            raise HTTPException(503, "it took too long", {"Retry-After": "5"}) from None

    async def picture_of(file: UploadFile) -> NDArray[np.uint8]:
        data = await file.read()
        try:
            return await in_time(run_in_threadpool(decode_picture, data, allowed.pixels))
        except PictureError as error:
            reason = str(error)
            kind = 415 if reason.startswith("no ") else 422
            raise HTTPException(413 if "more than" in reason else kind, reason) from None

    @app.middleware("http")
    async def measured(
        request: Request, answer: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        start = time.perf_counter()
        response = await answer(request)
        route = request.scope.get("route")
        path = getattr(route, "path", "other")
        requests.labels(path, response.status_code).inc()
        seconds.labels(path).observe(time.perf_counter() - start)
        return response

    @app.post("/query", responses=_shown(_EXAMPLE), dependencies=[Depends(ready)])
    async def query(
        file: UploadFile,
        top: Annotated[int, Query(ge=1, le=_TOP)] = 10,
        explain: Annotated[bool, Query(description="why, and not the runner-up; slow")] = False,
    ) -> dict[str, Any]:
        """Which glyph a picture (PNG, JPEG, WebP, TIFF) shows.

        With `explain`, `explanation` says why it is none other: the exemplars nearest to the
        picture of the answer and of the runner-up, and heat, 16 x 16 cells in [-1, 1], above zero
        where the picture speaks for the answer; all with pictures as PNG in `data:` addresses.
        Nothing is explained of a blank picture, and without it there is no such key.
        """
        picture = await picture_of(file)
        asked = explainer if explain else batcher
        try:
            answer = await in_time(asyncio.wrap_future(asked.submit(picture)))
        except QueueFull:
            raise HTTPException(429, "too many pictures wait", {"Retry-After": "1"}) from None
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        few = replace(answer, shortlist=answer.shortlist[:top], nearest=answer.nearest[:top])
        why = answer.explanation
        told = replace(few, explanation=None).as_dict()
        return told | ({"explanation": why.as_dict(pictures=True)} if why else {})

    @app.post(
        "/compare",
        responses=_shown({"same": True, "probability": 0.93, "distance": 0.4, "threshold": 0.9}),
    )
    async def compare(a: UploadFile, b: UploadFile) -> dict[str, Any]:
        """Whether two pictures show the same letter, of any script."""
        recognizer = ready()
        pictures = [await picture_of(file) for file in (a, b)]
        try:
            return vars(await in_time(run_in_threadpool(recognizer.compare, *pictures)))
        except (ValueError, FileNotFoundError) as error:
            raise HTTPException(422, str(error)) from None

    @app.post("/check", responses=_shown([{"font": "font", "glyphs": 180, "suspects": []}]))
    async def check(file: UploadFile) -> list[dict[str, Any]]:
        """Every glyph of a font read back, suspects first."""
        recognizer, data = ready(), await file.read()

        def checked() -> list[dict[str, Any]]:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "font"
                path.write_bytes(data)
                outcome = workers.do("font", drawn_file, path, recognizer.policy)
                if outcome.error:
                    raise ValueError(outcome.error.reason)
                (drawn,) = outcome.results
                if drawn.error:
                    raise ValueError(drawn.error.replace(str(path), "font"))
                return [check_face(face, recognizer).as_dict() for face in drawn.faces]

        try:
            return await in_time(run_in_threadpool(checked))
        except ValueError as error:
            is_other = "not a font file" in str(error)
            raise HTTPException(415 if is_other else 422, str(error)) from None

    @app.get("/glyphs/{label}", responses=_shown({"label": "beh", "codepoints": ["U+0628"]}))
    def glyph(label: str) -> dict[str, Any]:
        """What the model knows under a label."""
        recognizer = ready()
        if label not in recognizer.labels:
            raise HTTPException(404, f"no glyph is labelled {label!r}")
        item = inventory_items().get(label)
        shape = int(recognizer.shapes.class_of[recognizer.labels.index(label)])
        same = " | ".join(recognizer.members[shape])
        entries = recognizer.gallery.entries if recognizer.gallery else ()
        return {
            "label": label,
            "codepoints": [f"U+{code:04X}" for code in item.code_points] if item else [],
            "name": item.name if item else None,
            "siblings": dict(known_forms(item, recognizer.labels)) if item else {},
            "same_shape": list(recognizer.members[shape]),
            "drawn_in": sorted({entry.source for entry in entries if entry.label == same}),
        }

    @app.get("/search", responses=_shown([{"label": "beh", "codepoints": ["U+0628"]}]))
    def search(text: Annotated[str, Query(min_length=1, max_length=100)]) -> list[dict[str, Any]]:
        """Glyphs by label, Unicode name, code point (U+0628) or the character itself."""
        wanted, found = text.strip().lower().replace(" ", "_"), []
        for label in ready().labels:
            item = inventory_items().get(label)
            codes = item.code_points if item else ()
            written = "".join(map(chr, codes))
            named = item.name.lower().replace(" ", "_") if item else ""
            points = [f"u+{code:04x}" for code in codes]
            if wanted in label or wanted in named or wanted in points or wanted == written:
                exact = wanted in (label, written) or wanted in points
                codepoints = [f"U+{code:04X}" for code in codes]
                found.append((not exact, len(label), {"label": label, "codepoints": codepoints}))
        return [one for _, _, one in sorted(found, key=lambda one: one[:2])[:_FOUND]]

    @app.get("/classes")
    def classes() -> dict[str, int]:
        """Classes that were added, and how many pictures each has."""
        labels = [one.label for one in gallery().gallery.added()]
        return {label: labels.count(label) for label in dict.fromkeys(labels)}

    @app.post("/classes", status_code=201, dependencies=[Depends(writer)])
    async def add(
        file: UploadFile, label: Annotated[str, Form(min_length=1, max_length=200)]
    ) -> dict[str, str]:
        """Add a class, or another picture of one; needs the token."""
        added, picture = gallery().gallery, await picture_of(file)
        try:
            return {"identity": await run_in_threadpool(added.add, picture, label)}
        except ValueError as error:
            raise HTTPException(422, str(error)) from None

    @app.delete("/classes/{label}", dependencies=[Depends(writer)])
    def remove(label: str) -> dict[str, int]:
        """Take back what was added under a label; needs the token."""
        try:
            return {"removed": gallery().gallery.remove(label)}
        except ValueError:
            raise HTTPException(404, f"no class was added as {label!r}") from None

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether the process lives."""
        return {"status": "alive"}

    @app.get("/ready", dependencies=[Depends(ready)])
    async def is_ready() -> dict[str, Any]:
        """Whether it answers yet; 503 until then."""
        return {"status": "ready", "limits": asdict(allowed)}

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> str:
        """For Prometheus."""
        return generate_latest(registry).decode()

    if page is not None:
        app.mount("/", _Page(directory=page, html=True))
    return app


@cache
def _page_policy() -> str:
    """What the page itself says that it may load."""
    source = Path(__file__).with_name("page") / "web/index.html"
    said = re.search(r'Content-Security-Policy" content="([^"]+)"', source.read_text("utf-8"))
    assert said is not None
    return said[1]


class _Page(StaticFiles):
    """The page, with a policy that its workers keep too: that in the page does not reach them."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["Content-Security-Policy"] = _page_policy()
        return response


def made_page(outputs: Path) -> Path | None:
    """The page that `make page` wrote, of the folder of a run or of the checkout, if any."""
    places = (outputs / "page", CHECKOUT / "outputs/page")
    return next((place for place in places if (place / "index.html").is_file()), None)


def run_service(outputs: Path, host: str, port: int, token: str | None) -> None:
    """Answer until the process is told to end; then what has begun is answered first."""
    import cv2
    import faiss
    import torch
    import uvicorn

    # Networks of several threads wait for each other; requests beside each other do not.
    for limit in (torch.set_num_threads, faiss.omp_set_num_threads, cv2.setNumThreads):
        limit(1)
    app = create_app(lambda: Recognizer.load(outputs), token, page=made_page(outputs))
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=10)
