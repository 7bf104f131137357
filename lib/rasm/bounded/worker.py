"""A worker: the process that does one call after the other, within limits (see `workers`).

The kernel keeps the limits: its timers end the process wherever it is, in C code that never comes
back too, and the process that asked sees which of them it was. So no one has to watch. Memory is
limited where /proc is, on Linux; what asks for more gets a MemoryError.

Ends when the process that started it does: at once when idle, for nothing more can be read then,
within half a second in Python code, and at its limit in C code.
"""

import gc
import os
import resource
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rasm.bounded.limits import WorkLimits

RESULT, RAISED, DONE, RETIRED = range(4)
"""What a message to the asking process says; each comes with a value."""
_SECONDS_BETWEEN_LOOKS = 0.5
_SIZE = Path("/proc/self/statm")


def watch(parent: int) -> None:
    """End this process soon after its parent."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)


def _address_space() -> int:
    """Bytes; 0 where the system does not say."""
    return int(_SIZE.read_text().split()[0]) * resource.getpagesize() if _SIZE.exists() else 0


class _Server:
    """Answers calls that come through a connection."""

    def __init__(self, connection: Connection, limits: WorkLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._most = 0
        """Bytes of address space that are allowed; 0: not limited yet."""

    def serve(self) -> None:
        """Do calls until there are none, or one has left too little memory for the next."""
        # What the function needs is imported here, unlimited: it is no fault of the file's.
        for function, arguments in iter(self._next_call, None):
            self._limit_memory()
            if failure := self._failure_of(function, arguments):
                self._connection.send((RAISED, failure))
                return
            gc.collect()
            fat = self._is_fat()
            self._connection.send((RETIRED if fat else DONE, None))
            if fat:
                return

    def _failure_of(self, function: Any, arguments: tuple[Any, ...]) -> BaseException | None:
        """Send the results of a call; what it raises comes back without its frames' memory."""
        end = time.process_time() + self._limits.call_cpu_seconds
        try:
            self._start_timers(end)
            for result in function(*arguments):
                self._connection.send((RESULT, result))
                self._start_timers(end)
        except Exception as error:
            return error.with_traceback(None)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
        return None

    def _start_timers(self, end: float) -> None:
        """For the next result of a call that may use the processor until `end`."""
        left = end - time.process_time()
        if left <= 0:  # a timer that is set anew at every result would never ring
            signal.raise_signal(signal.SIGPROF)
        signal.setitimer(signal.ITIMER_REAL, self._limits.seconds)
        signal.setitimer(signal.ITIMER_PROF, min(self._limits.cpu_seconds, left))

    def _next_call(self) -> Any:
        try:
            return self._connection.recv()
        except EOFError:
            return None

    def _limit_memory(self) -> None:
        if not self._most and (size := _address_space()):
            self._most = size + self._limits.megabytes * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (self._most, self._most))

    def _is_fat(self) -> bool:
        """Whether a quarter of the memory is still taken, so that the next file would have less."""
        left = self._most - _address_space()
        return self._most > 0 and left < self._limits.megabytes * 2**20 * 3 // 4


def main() -> None:
    """Serve a connection, by its number and the parent's; paths and limits come first."""
    # A font is millions of small tuples: looking for cycles among them takes a third of the time.
    gc.disable()
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    place, parent = map(int, sys.argv[1:])
    watch(parent)  # told, not asked: it may have ended already
    connection = Connection(place)
    sys.path[:], limits = connection.recv()
    _Server(connection, limits).serve()


if __name__ == "__main__":
    main()
