"""Asking git and DVC."""

import shlex
import subprocess
from pathlib import Path


def output(root: Path, *command: str) -> str:
    """What a command prints. Raises ValueError with what it says is wrong."""
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{shlex.join(command)}: {done.stderr.strip() or 'failed'}")
    return done.stdout
