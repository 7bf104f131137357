"""What the dvc.yaml files say about the stages, as plain paths from the repository root.

DVC's own reader takes seconds to import; the runner only wants to know who makes a missing file,
and the tests only want lists to compare. So this reads the YAML as it stands: a `${...}` in a path
stays in it and matches anything.
"""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

PIPELINES = ("dataset/dvc.yaml", "dvc.yaml")


@dataclass(frozen=True)
class Stage:
    name: str
    file: str  # the dvc.yaml that holds it
    folder: str  # what its paths are relative to
    desc: str
    command: tuple[str, ...]
    deps: tuple[str, ...]
    outs: tuple[str, ...]  # metrics and plots included
    each: str  # section of params.yaml for each of whose entries it runs, as NAME@ENTRY; or empty

    def makes(self, path: str) -> bool:
        return any(
            fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")
            for pattern in (re.sub(r"\$\{[^}]*\}", "*", out) for out in self.outs)
        )

    @property
    def inputs(self) -> set[str]:
        """Names of the options whose paths are dependencies, as the stage's `main` has them."""
        given = zip(self.command[4::2], self.command[5::2], strict=False)
        return {
            option.removeprefix("--").replace("-", "_")
            for option, path in given
            if os.path.normpath(os.path.join(self.folder, path)) in self.deps
        }


def read_stages(root: Path) -> dict[str, Stage]:
    """The stages of this checkout by name, those of dataset/ first."""
    stages = {}
    for file in PIPELINES:
        if (root / file).is_file():
            content = yaml.safe_load((root / file).read_text(encoding="utf-8")) or {}
            for name, entry in content.get("stages", {}).items():
                stages[name] = _stage(name, file, entry.get("do", entry), _each(entry))
    return stages


def _each(entry: Mapping[str, Any]) -> str:
    """The section that `foreach: ${section}` names."""
    return str(entry.get("foreach", "")).strip("${}")


def _stage(name: str, file: str, entry: Mapping[str, Any], each: str) -> Stage:
    folder = os.path.normpath(os.path.join(os.path.dirname(file), entry.get("wdir", ".")))

    def paths(*fields: str) -> tuple[str, ...]:
        items = [item for field in fields for item in entry.get(field, [])]
        return tuple(
            os.path.normpath(
                os.path.join(folder, item if isinstance(item, str) else next(iter(item)))
            )
            for item in items
        )

    return Stage(
        name=name,
        file=file,
        folder=folder,
        desc=entry.get("desc", ""),
        command=tuple(shlex.split(entry["cmd"])),
        deps=paths("deps"),
        outs=paths("outs", "metrics", "plots"),
        each=each,
    )
