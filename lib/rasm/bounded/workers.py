"""Processes that do work on files from anywhere, within limits of time and memory.

    with Workers(limits) as workers:
        for outcome in workers.in_order(read_font, [(name, (path,)), ...]):
            use(outcome.results)
            if outcome.error: print(outcome.error)

A function is one of a module, for workers import it, and yields results. Whatever a file makes it
do costs that file's results and no other's: a worker that is over a limit or crashes is replaced.
Otherwise workers are kept, for a process takes longer to start than most files to read. They are
started with the first calls, apart from this process: nothing of it is copied into them, its
threads included, and its main module is not imported.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from typing import Any, Generic, Self, TypeVar

from rasm.bounded.limits import OverLimit, WorkLimits
from rasm.bounded.worker import DONE, RESULT

T = TypeVar("T")
Call = tuple[str, tuple[Any, ...]]
"""The name of a file in messages, and the arguments of the function."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a file: its results, and why there are no more of them, if it was given up."""

    results: list[T]
    error: OverLimit | None


class _Worker:
    """One process, and the connection to it."""

    def __init__(self, limits: WorkLimits) -> None:
        self._limits = limits
        self.connection, theirs = Pipe()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-m", "rasm.bounded.worker", str(number), str(os.getpid())]
            self.process = subprocess.Popen(command, pass_fds=[number], stdin=subprocess.DEVNULL)
        self.connection.send((sys.path, limits))
        self.takes_calls = True

    def do(
        self, file: str, function: Callable[..., Iterable[T]], arguments: tuple[Any, ...]
    ) -> Outcome[T]:
        results: list[T] = []
        try:
            self.connection.send((function, arguments))
            kind, value = self.connection.recv()
            while kind == RESULT:
                results.append(value)
                kind, value = self.connection.recv()
        except (EOFError, OSError):
            self.takes_calls = False
            return Outcome(results, OverLimit(file, self._why_it_ended()))
        self.takes_calls = kind == DONE
        if isinstance(value, MemoryError):
            reason = f"takes more than {self._limits.megabytes} MB of memory"
            return Outcome(results, OverLimit(file, reason))
        if value is not None:
            raise value
        return Outcome(results, None)

    def _why_it_ended(self) -> str:
        status = self.process.wait()
        if status == -signal.SIGALRM:
            return f"takes more than {self._limits.seconds:g} seconds"
        if status == -signal.SIGPROF:
            limits = f"{self._limits.cpu_seconds:g}, or {self._limits.call_cpu_seconds:g} in all"
            return f"takes too many seconds of the processor: more than {limits}"
        if status == -signal.SIGKILL:
            return "its reader was killed: was the memory of the machine full?"
        name = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"its reader crashed: {name}"


class Workers:
    """At most `jobs` processes with the same limits. Close them, or use this as a context manager.

    May be used by many threads at once.
    """

    def __init__(self, limits: WorkLimits, jobs: int | None = None) -> None:
        """By default as many as there are processors. None is started yet."""
        self._limits = limits
        self._jobs = jobs or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._jobs)
        self._free = threading.Semaphore(self._jobs)
        self._lock = threading.Lock()  # of what follows
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    def __enter__(self) -> Self:
        """Return the workers themselves."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """End all processes, busy ones too, and their files with an error."""
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in list(self._idle):
            self._dismiss(worker)

    def do(self, file: str, function: Callable[..., Iterable[T]], *arguments: object) -> Outcome[T]:
        """Do one call, and wait for it. What the function raises is raised here."""
        with self._free:
            worker = self._take()
            try:
                return worker.do(file, function, arguments)
            finally:
                self._give_back(worker)

    def in_order(
        self, function: Callable[..., Iterable[T]], calls: Iterable[Call]
    ) -> Iterator[Outcome[T]]:
        """Do many calls, and return their outcomes in the order of the calls.

        The first calls begin now, not when the first outcome is asked for; the others are taken
        from `calls` as outcomes are.
        """
        submit = self._threads.submit
        futures = (submit(self.do, file, function, *arguments) for file, arguments in calls)
        begun = deque(islice(futures, 2 * self._jobs))
        return self._outcomes(begun, futures)

    @staticmethod
    def _outcomes(
        begun: deque[Future[Outcome[T]]], futures: Iterator[Future[Outcome[T]]]
    ) -> Iterator[Outcome[T]]:
        while begun:
            outcome = begun.popleft().result()
            begun.extend(islice(futures, 1))
            yield outcome

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise RuntimeError("these workers are closed")
            if self._idle:
                return self._idle.pop()
            worker = _Worker(self._limits)
            self._all.add(worker)
            return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if worker.takes_calls and not self._closed:
                self._idle.append(worker)
                return
        self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.wait()
        worker.connection.close()
        with self._lock:
            self._all.discard(worker)
