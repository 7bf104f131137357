"""Pictures of many clients read as one batch: whatever waits is taken, and nothing waited for.

One thread asks the networks, so that they never fight for the processor.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


class QueueFull(Exception):
    """Too many wait already."""


class Batcher(Generic[Asked, Told]):
    """Calls `answer` with what waits, at most `most` at a time; `room` may wait."""

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], Sequence[Told]],
        most: int,
        room: int,
        seen: Callable[[int], object] = lambda size: None,
    ) -> None:
        """`seen` is told the size of each batch."""
        self._answer, self._most, self._seen = answer, most, seen
        self._waiting: queue.Queue[tuple[Asked, Future[Told]] | None] = queue.Queue(room)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def submit(self, asked: Asked) -> "Future[Told]":
        """What will be told of it. Raises QueueFull."""
        future: Future[Told] = Future()
        try:
            self._waiting.put_nowait((asked, future))
        except queue.Full:
            raise QueueFull from None
        return future

    def close(self) -> None:
        """Answer what waits, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch = []
            one = self._waiting.get()
            while one is not None:
                if one[1].set_running_or_notify_cancel():  # who gave up is not answered
                    batch.append(one)
                if len(batch) == self._most:
                    break
                try:
                    one = self._waiting.get_nowait()
                except queue.Empty:
                    break
            is_open = one is not None
            if batch:
                self._seen(len(batch))
                self._tell(batch)

    def _tell(self, batch: "list[tuple[Asked, Future[Told]]]") -> None:
        """Where a batch fails each is asked alone, so that one costs no other its answer."""
        try:
            for (_, future), told in zip(
                batch, self._answer([asked for asked, _ in batch]), strict=True
            ):
                future.set_result(told)
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            else:
                for one in batch:
                    if not one[1].done():
                        self._tell([one])
