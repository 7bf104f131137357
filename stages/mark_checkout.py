"""A name for this checkout, on which all training depends.

Two machines train the same network to other bytes, and dvc.lock in git names those of the machine
that committed it. Where DVC finds a stage's inputs just as such a lock has them, it asks for these
bytes alone, never for those that the run cache keeps of this machine, and trains anew. With this
name among the inputs they differ, and DVC looks into the run cache. After `dvc pull` the name is
that of the other checkout, whose training then counts as one's own.
"""

import os
import subprocess
import uuid
from pathlib import Path

from pydantic import BaseModel

from stages.progress import Track

KEY = "rasm.checkout"


class Params(BaseModel, frozen=True, extra="forbid"):
    """There are none."""


def main(params: Params, track: Track, *, checkout: Path) -> None:
    """Write the name that .git/config of the checkout keeps, where `git checkout` changes nothing.

    A temporary copy of a DVC experiment has that of the checkout which it was made from.
    """
    root = os.environ.get("DVC_ROOT", ".")
    name = _config(root, "--get") or uuid.uuid4().hex
    _config(root, "--replace-all", name)
    checkout.parent.mkdir(parents=True, exist_ok=True)
    checkout.write_text(f"{name}\n", encoding="utf-8")


def _config(root: str, action: str, *value: str) -> str:
    """What `git config` prints. Raises ValueError where the name cannot be kept."""
    command = ["git", "config", "--local", action, KEY, *value]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode and value:
        raise ValueError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()
