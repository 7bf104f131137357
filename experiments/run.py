"""Runs the ablations that have not been run at this commit: `python -m experiments.run [NAME...]`.

One after the other, each in a temporary copy of the commit: the workspace and its outputs stay as
they are. It may be stopped at any time; called again, it goes on with what is missing. A row that
fails does not keep the others from running.
"""

import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from experiments.beside import run_beside
from experiments.commands import output
from experiments.plan import Experiment, read_plan
from stages.history import WRITTEN_BY_A_RUN

ROOT = Path(__file__).absolute().parents[1]
PLAN = "experiments/ablations.yaml"
# A run rewrites its outputs, and the table of the ablations is written from them.
NO_CHANGE = (*WRITTEN_BY_A_RUN, ":!docs")


def main(names: Sequence[str]) -> int:
    """Exit status 0: all asked for are there; 1: some failed, or nothing can be run."""
    try:
        waiting = missing(ROOT, names)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    failed = []
    for number, experiment in enumerate(waiting, start=1):
        settings = shlex.join(experiment.settings)
        print(f"\n[{number}/{len(waiting)}] {experiment.name}: {settings}", flush=True)
        start = time.monotonic()
        status = run_beside(ROOT, experiment.arguments())
        print(f"{experiment.name}: {time.monotonic() - start:.0f} s", flush=True)
        if status:
            failed.append(experiment.name)
    print(f"\n{len(waiting) - len(failed)} ablations run, {len(failed)} failed", flush=True)
    if failed:
        print(f"failed, see above: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def missing(root: Path, names: Sequence[str]) -> list[Experiment]:
    """The experiments, all or those named, that the commit checked out does not have yet.

    Raises ValueError where a name is unknown, and where code or parameters differ from the commit:
    DVC counts an experiment to the commit, so the table would say what is not so.
    """
    planned = {e.name: e for e in read_plan(root / PLAN).experiments()}
    if unknown := sorted(set(names) - planned.keys()):
        raise ValueError(f"{PLAN} has no {', '.join(unknown)}; it has: {', '.join(planned)}")
    changed = output(root, "git", "status", "--porcelain", "-uno", "--", ".", *NO_CHANGE)
    if changed:
        raise ValueError(f"commit these first, an ablation is told by its commit:\n{changed}")
    there = output(root, sys.executable, "-m", "dvc", "exp", "list", "--names-only").split()
    return [e for e in planned.values() if e.name not in there and (not names or e.name in names)]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)
