"""What the tests let workers do; a module, for workers import it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path


def squared(number: int) -> Iterator[tuple[int, int]]:
    """The square, and the process that worked it out."""
    yield number * number, os.getpid()


def slow_then(number: int, seconds: float) -> Iterator[int]:
    time.sleep(seconds)
    yield number


def paused(count: int, pause: float) -> Iterator[int]:
    """Numbers, each after a pause."""
    for number in range(count):
        time.sleep(pause)
        yield number


def results_then_sleep(count: int) -> Iterator[int]:
    """Numbers, and then nothing for ever."""
    yield from range(count)
    time.sleep(1000)


def busy() -> Iterator[int]:
    """One call of C code that takes years."""
    yield 3 ** (10**9) % 7


def busy_results() -> Iterator[int]:
    """Numbers, one every few milliseconds, for ever."""
    while True:
        yield sum(range(1_000_000))


def filled(megabytes: int) -> Iterator[int]:
    yield len(bytearray(megabytes * 2**20))


def killed(number: int) -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), number)


def refused(reason: str) -> Iterator[int]:
    yield 1
    raise KeyError(reason)


def told_then_sleep(folder: str) -> Iterator[int]:
    """Leave a file that says that the call began, then sleep for ever."""
    Path(folder, f"{os.getpid()}.pid").touch()
    time.sleep(1000)
    yield 0
