"""Runs the ablations that have not been run at this commit: `python -m experiments.run [NAME...]`.

One after the other, each in a temporary copy of the commit: the workspace and its outputs stay as
they are. It may be stopped at any time; called again, it goes on with what is missing. A row that
fails does not keep the others from running.
"""

import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.beside import run_beside
from experiments.commands import output
from experiments.plan import Experiment, read_plan
from stages.history import WRITTEN_BY_A_RUN

ROOT = Path(__file__).absolute().parents[1]
PLAN = "experiments/ablations.yaml"
# A run rewrites its outputs, and tables in docs are written from them.
NO_CHANGE = (*WRITTEN_BY_A_RUN, ":!docs")


def run_missing(root: Path, planned: Sequence[Experiment], names: Sequence[str]) -> int:
    """Run those of the experiments that are not there: all, or those named.

    Exit status 0: all asked for are there; 1: some failed, or nothing can be run.
    """
    try:
        waiting = missing(root, planned, names)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    failed = []
    for number, experiment in enumerate(waiting, start=1):
        settings = shlex.join(experiment.settings)
        print(f"\n[{number}/{len(waiting)}] {experiment.name}: {settings}", flush=True)
        start = time.monotonic()
        status = run_beside(root, experiment.arguments())
        print(f"{experiment.name}: {time.monotonic() - start:.0f} s", flush=True)
        if status:
            failed.append(experiment.name)
    print(f"\n{len(waiting) - len(failed)} experiments run, {len(failed)} failed", flush=True)
    if failed:
        print(f"failed, see above: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def missing(
    root: Path, planned: Sequence[Experiment], names: Sequence[str] = ()
) -> list[Experiment]:
    """The experiments, all or those named, that the commit checked out does not have yet.

    Raises ValueError where a name is unknown, and where code or parameters differ from the commit:
    DVC counts an experiment to the commit, so a table would say what is not so.
    """
    known = [experiment.name for experiment in planned]
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(
            f"no experiment is called {', '.join(unknown)}: there is {', '.join(known)}"
        )
    changed = output(root, "git", "status", "--porcelain", "-uno", "--", ".", *NO_CHANGE)
    if changed:
        raise ValueError(f"commit these first, an experiment is told by its commit:\n{changed}")
    there = output(root, sys.executable, "-m", "dvc", "exp", "list", "--names-only").split()
    return [e for e in planned if e.name not in there and (not names or e.name in names)]


def stoppable(run: Callable[[], int]) -> int:
    """The exit status of `run`; a Ctrl-C says how to go on."""
    try:
        return run()
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    ablations = read_plan(ROOT / PLAN).experiments()
    sys.exit(stoppable(lambda: run_missing(ROOT, ablations, sys.argv[1:])))
