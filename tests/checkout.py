"""A copy of this project in a folder of its own, to run commands in as a user would."""

import copy
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import pytest

from stages.pipeline import read_stages

ROOT = Path(__file__).parents[1]


class Checkout:
    """A copy of the project in which commands run as in a shell with its environment.

    `programs` is the folder that tests.preloaded makes. What is said of processes themselves, how
    they end and on how many cores they run, is asked in the environment `plain`, without it.
    """

    def __init__(self, root: Path, programs: Path) -> None:
        self.root = root
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "--", ".", ":!outputs"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file() and Path(name).name != "dvc.lock":
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, root / name)
        for folder in ("fonts", "scripts", "prints"):
            packages = Path("dataset") / folder / "node_modules"
            (root / packages).symlink_to(ROOT / packages)
        bin_folder = str(Path(sys.executable).parent)
        self.plain = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
        for variable in ("AUTHOR", "COMMITTER"):
            self.plain[f"GIT_{variable}_NAME"] = "Toy"
            self.plain[f"GIT_{variable}_EMAIL"] = "toy@example.org"
        self.environment = {**self.plain, "PATH": f"{programs}:{self.plain['PATH']}"}
        self.run("git", "init", "-q")

    def copied(self, root: Path) -> Self:
        """The same elsewhere, with all that it has made, that nothing done there is seen here."""
        shutil.copytree(self.root, root, symlinks=True)
        other = copy.copy(self)
        other.root = root
        return other

    def run(self, *command: str) -> str:
        """Standard output; on failure the test fails with all that was printed."""
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            pytest.fail(f"{shlex.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def fail(self, *command: str) -> str:
        """What a command that must not succeed says is wrong."""
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode, f"{shlex.join(command)} was to fail\n{done.stdout[-4000:]}"
        return done.stderr

    def dvc(self, *arguments: str) -> str:
        return self.run("dvc", *arguments)

    def commit(self, message: str) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", message)

    def read(self, path: str) -> Any:
        return json.loads((self.root / path).read_text(encoding="utf-8"))

    def command_of(self, stage: str, **elsewhere: str) -> list[str]:
        """The stage's own command, some of its paths replaced."""
        own_fonts = "dataset/fonts/own"  # the one template of the pipeline, as DVC fills it in
        command = [
            word.replace("${import_fonts.own_fonts}", own_fonts)
            for word in read_stages(self.root)[stage].command
        ]
        for option, path in elsewhere.items():
            command[command.index(f"--{option}") + 1] = path
        return command
