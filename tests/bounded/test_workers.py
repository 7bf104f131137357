"""Whatever one call does, it costs that call, and the others get their results."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rasm.bounded.limits import OverLimit, WorkLimits
from rasm.bounded.workers import Workers
from tests.bounded import work

LIMITS = WorkLimits(seconds=1.5, cpu_seconds=30, call_cpu_seconds=30, megabytes=64)
AMPLE = WorkLimits(seconds=100, cpu_seconds=100, call_cpu_seconds=100, megabytes=64)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(LIMITS, jobs=2) as made:
        yield made


def reason(error: OverLimit | None) -> str:
    assert error is not None
    return error.reason


def test_outcomes_in_order_from_few_processes(workers: Workers) -> None:
    calls = [(str(n), (n, 0.2 if n == 0 else 0)) for n in range(9)]
    assert [one.results for one in workers.in_order(work.slow_then, calls)] == [
        [n] for n in range(9)
    ]
    outcomes = [workers.do("", work.squared, n) for n in range(4)]
    assert [one.results[0][0] for one in outcomes] == [0, 1, 4, 9]
    assert len({one.results[0][1] for one in outcomes}) == 1, "the idle one is taken again"


@pytest.mark.parametrize(
    ("function", "arguments", "results", "why"),
    [
        (work.results_then_sleep, (2,), [0, 1], "takes more than 1.5 seconds"),
        (work.filled, (100,), [], "takes more than 64 MB of memory"),
        (work.killed, (signal.SIGSEGV,), [1], "its reader crashed: SIGSEGV"),
        (work.killed, (signal.SIGKILL,), [1], "its reader was killed"),
    ],
    ids=["clock", "memory", "crash", "killed"],
)
def test_a_call_over_a_limit_keeps_its_results_and_names_its_file(
    workers: Workers,
    function: Callable[..., Iterator[int]],
    arguments: tuple[object, ...],
    results: list[int],
    why: str,
) -> None:
    outcome = workers.do("bad.ttf", function, *arguments)
    assert outcome.results == results
    assert why in reason(outcome.error)
    assert str(outcome.error).startswith("bad.ttf: ")
    assert workers.do("good.ttf", work.squared, 3).results[0][0] == 9


@pytest.mark.parametrize(
    ("function", "cpu_seconds", "call_cpu_seconds"),
    [(work.busy, 0.2, 9), (work.busy_results, 9, 0.2)],
    ids=["one result, in C code", "all results"],
)
def test_the_processor_is_counted(
    function: Callable[[], Iterator[int]], cpu_seconds: float, call_cpu_seconds: float
) -> None:
    limits = WorkLimits(100, cpu_seconds, call_cpu_seconds, megabytes=64)
    with Workers(limits, jobs=1) as workers:
        outcome = workers.do("bad.ttf", function)
    assert "too many seconds of the processor" in reason(outcome.error)


def test_the_limit_is_for_each_result(workers: Workers) -> None:
    """Two results, 0.9 seconds apart, are 1.8 in all."""
    outcome = workers.do("", work.paused, 2, 0.9)
    assert (outcome.results, outcome.error) == ([0, 1], None)


def test_memory_that_a_call_needed_is_there_for_the_next(workers: Workers) -> None:
    for _ in range(3):
        assert workers.do("", work.filled, 40).results == [40 * 2**20]


def test_what_the_function_raises_is_raised(workers: Workers) -> None:
    with pytest.raises(KeyError, match="why not"):
        workers.do("", work.refused, "why not")


def test_closing_ends_what_is_under_way() -> None:
    with Workers(AMPLE, jobs=1) as workers:
        workers.in_order(work.results_then_sleep, [("", (0,))] * 3)
        start = time.monotonic()
    assert time.monotonic() - start < 50


PARENT = """
import os
import sys
from pathlib import Path
from rasm.bounded.limits import WorkLimits
from rasm.bounded.workers import Workers
from tests.bounded import work

with Workers(WorkLimits(100, 100, 100, megabytes=64), jobs=2) as workers:
    idle = workers.do("", work.squared, 1).results[0][1]
    begun = workers.in_order(work.told_then_sleep, [("", (os.getcwd(),))] * 2)
    while len(workers._all) < 2: pass
    while sys.argv[1] == "at work" and not list(Path().glob("*.pid")): pass
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("when", ["as they start", "at work"])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, when: str) -> None:
    """They hold its output while they live: reading that to its end is to wait for them."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, when],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
    ) as parent:
        parent.communicate(timeout=60)
    assert when == "as they start" or list(tmp_path.glob("*.pid"))
