"""A stage that is killed leaves no worker behind, and one that ends gets the same results."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from joblib import Parallel, delayed

from stages.workers import ending_with_this_process

ROOT = Path(__file__).parents[2]
STAGE = """
import os, signal, time
from joblib import Parallel, delayed
from stages.workers import ending_with_this_process

def work(number):
    open(f"{os.getcwd()}/{os.getpid()}.pid", "w").close()
    while number:
        time.sleep(0.01)
    while len([name for name in os.listdir() if name.endswith(".pid")]) < 2:
        time.sleep(0.01)
    return number

with ending_with_this_process():
    for _ in Parallel(n_jobs=2, return_as="generator")(delayed(work)(n) for n in (0, 1, 1)):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_of_a_killed_stage_end(tmp_path: Path) -> None:
    """They hold its pipe while they live, so reading that to its end is to wait for them.

    Both are at work, and would be for ever: the first result comes when both have begun.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", STAGE], cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    ) as stage:
        stage.communicate(timeout=120)
        assert stage.returncode == -signal.SIGKILL
    workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(workers) == 2
    assert not [pid for pid in workers if is_running(pid)]


def is_running(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has asked for yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def looks(number: int) -> tuple[int, bool]:
    import threading

    watched = any("_watch" in thread.name for thread in threading.enumerate())
    return number * number, watched


def test_every_way_of_the_library_gets_watched_workers() -> None:
    with ending_with_this_process():
        listed = Parallel(n_jobs=2)(delayed(looks)(n) for n in range(4))
        streamed = list(
            Parallel(n_jobs=2, return_as="generator", batch_size=1, pre_dispatch="2*n_jobs")(
                delayed(looks)(n) for n in range(4)
            )
        )
        alone = Parallel(n_jobs=1)(delayed(looks)(n) for n in range(4))
    assert listed == streamed == [(0, True), (1, True), (4, True), (9, True)]
    assert alone == [(0, False), (1, False), (4, False), (9, False)]
