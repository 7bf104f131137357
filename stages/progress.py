"""How far a stage is and when it will be done.

On a terminal a bar (tqdm). In a log, where a redrawn bar becomes kilobytes of noise, a plain line
at most every ten seconds and one at the end. Both go to stderr. The runner hands `track` to the
stage, so that the library, whose modules are what DVC watches, need not know of it.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Protocol, TextIO, TypeVar

from tqdm import tqdm

T = TypeVar("T")
SECONDS_BETWEEN_LINES = 10.0


class Track(Protocol):
    """The type of `track`, for the signature of a stage's `main`."""

    def __call__(
        self, iterable: Iterable[T], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[T]: ...


def track(
    iterable: Iterable[T], total: int | None = None, desc: str = "", unit: str = "it"
) -> Iterator[T]:
    """The items of `iterable`, reporting as they pass; `total` defaults to its length."""
    if total is None and isinstance(iterable, Sized):
        total = len(iterable)
    if sys.stderr.isatty():
        return iter(tqdm(iterable, total=total, desc=desc, unit=unit, dynamic_ncols=True))
    return track_in_log(iterable, total, desc, unit)


def track_in_log(
    iterable: Iterable[T],
    total: int | None,
    desc: str,
    unit: str,
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """The same as plain lines; a loop that ends early leaves its last line as it was."""
    start = last = clock()
    count = 0
    for item in iterable:
        yield item
        count += 1  # counted once the consumer asks for the next item: this one is done
        now = clock()
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(
                _line(count, total, desc, unit, now - start), file=stream or sys.stderr, flush=True
            )
    seconds = clock() - start
    rate = count / seconds if seconds else 0.0
    print(
        f"{_prefix(desc)}{count:,} {unit} in {_duration(seconds)}, {rate:,.1f} {unit}/s",
        file=stream or sys.stderr,
        flush=True,
    )


def _line(count: int, total: int | None, desc: str, unit: str, seconds: float) -> str:
    rate = count / seconds
    if not total:
        return f"{_prefix(desc)}{count:,} {unit}, {rate:,.1f} {unit}/s"
    left = _duration(max(total - count, 0) / rate)
    share = f"{count:,}/{total:,} {unit} ({count / total:.0%})"
    return f"{_prefix(desc)}{share}, {rate:,.1f} {unit}/s, {left} left"


def _prefix(desc: str) -> str:
    return f"{desc}: " if desc else ""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
