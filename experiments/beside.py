"""Runs DVC experiments beside the workspace: in a temporary copy, which a stop leaves no trace of.

While DVC sets a copy up, the workspace's own changes lie in a stash for some seconds. A Ctrl-C that
came then would leave them there. So DVC runs in a session of its own, out of reach of the terminal,
and is told to stop as soon as the copy is there.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import yaml

from experiments.commands import output

INPUTS = ("dataset/fonts", "dataset/scripts", "dataset/letters", "dataset/folders")
COPIES = ".dvc/tmp/exps/standalone"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60.0  # seconds to clean up in, after which what still runs is killed


def untracked_inputs(root: Path) -> list[str]:
    """Files and folders that a run reads and git does not hold, so that a copy would lack them.

    They lie below `INPUTS`, and below the folders that params.yaml names.
    """
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    own = [*(params["folders"] or {}).values()]
    if "import_fonts" in params:  # a pipeline of letters alone has none
        own.append(params["import_fonts"]["own_fonts"])
    folders = {os.path.relpath(root / folder, root) for folder in (*INPUTS, *own)}
    inside = {folder for folder in folders if not folder.startswith("..")}
    outermost = [f for f in inside if not any(f.startswith(f"{other}/") for other in inside)]
    options = ("-z", "--others", "--directory", "--no-empty-directory")
    listed = output(root, "git", "ls-files", *options, "--", *sorted(outermost))
    return [path.rstrip("/") for path in listed.split("\0") if path]


def kept_experiments(root: Path) -> set[str]:
    """Names of the experiments that DVC keeps, of whatever commit."""
    listed = output(root, "git", "for-each-ref", "--format=%(refname)", "refs/exps")
    names = (ref.split("/")[4:] for ref in listed.split())  # refs/exps/AB/CDEF.../NAME
    return {name[0] for name in names if name}


def run_beside(root: Path, arguments: Sequence[str]) -> int:
    """The exit status of `dvc exp run --temp` with further arguments and the untracked inputs.

    Raises KeyboardInterrupt after SIGINT, SIGTERM or SIGHUP, once nothing of it is left.
    """
    command = [sys.executable, "-m", "dvc", "exp", "run", "--temp", *arguments]
    command += [word for path in untracked_inputs(root) for word in ("--copy-paths", path)]
    copies, experiments = _copies(root), kept_experiments(root)
    changed = output(root, "git", "diff", "--name-only", "-z", "HEAD").split("\0")
    stops: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if not stops:
            print("\nstopping", file=sys.stderr, flush=True)
        stops.append(number)

    handlers = {number: signal.signal(number, note) for number in STOPS}
    try:
        process = subprocess.Popen(command, cwd=root, start_new_session=True)
        while not (stops and _copies(root) - copies) and process.poll() is None:
            time.sleep(0.1)
        if stops:
            _stop(process)
            for copy in _copies(root) - copies:
                shutil.rmtree(copy, ignore_errors=True)
            if kept := kept_experiments(root) - experiments:  # it ended before it heard of the stop
                output(root, sys.executable, "-m", "dvc", "exp", "remove", *sorted(kept))
    finally:
        # DVC's stash may leave a changed file of the old size so that git takes it for unchanged.
        for path in (root / name for name in changed if (root / name).is_file()):
            path.touch()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if stops:
        raise KeyboardInterrupt
    return process.returncode


def _copies(root: Path) -> set[Path]:
    return set((root / COPIES).glob("tmp*"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends DVC and whatever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
