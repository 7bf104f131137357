"""What the code of a stage means: the modules that it reaches, each by a digest of its syntax tree.

DVC hashes bytes and follows no import. Here imports are followed without importing anything, those
inside functions too.
"""

import ast
import hashlib
import os
import re
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from stages.syntax import Module

# Names of imports that their distribution does not have, normalised.
DISTRIBUTIONS = {
    "cv2": "opencv-python-headless",
    "faiss": "faiss-cpu",
    "freetype": "freetype-py",
    "pil": "pillow",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
OURS = {"rasm", "stages"}
_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


class Sources:
    """The modules of a checkout, each parsed once: its library and the scripts of its stages."""

    def __init__(self, library: Path, scripts: Path) -> None:
        self.library = library
        self.scripts = scripts
        self._modules: dict[Path, Module] = {}
        self._data: dict[Path, list[Path]] = {}

    def module(self, path: Path) -> Module:
        """The file's content. Raises ValueError where it is no Python."""
        if path not in self._modules:
            try:
                self._modules[path] = _parsed(path.read_bytes())
            except SyntaxError as error:
                raise ValueError(f"{self.name(path)}, line {error.lineno}: {error.msg}") from error
        return self._modules[path]

    def name(self, path: Path) -> str:
        """The path from the folder that holds lib/rasm, with slashes."""
        return Path(os.path.relpath(path, self.library.parents[1])).as_posix()

    def closure(self, start: Path, kinds: Collection[str] | None = None) -> set[Path]:
        """All modules and data files of the library that `start` reaches in a run of these kinds.

        Raises ValueError for an import of the library that it has not.
        """
        reached: set[Path] = set()
        waiting = [start]
        while waiting:
            path = waiting.pop()
            new = self._reached_directly(path, kinds) - reached if path.suffix == ".py" else set()
            reached |= new
            waiting += new
        return reached

    def meaning(
        self, stage: str, kinds: Collection[str], lock: Mapping[str, str]
    ) -> dict[str, dict[str, str]]:
        """Digest of each module, and version of each package, that a run of the stage reaches."""
        script = self.scripts / f"{stage}.py"
        paths = {script, *self.closure(script, kinds)}
        modules = [path for path in paths if path.suffix == ".py"]
        packages = {}
        for path in modules:
            for name in self._foreign(path, kinds):
                normal = _normal(name)
                distribution = DISTRIBUTIONS.get(normal, normal)
                if distribution not in lock:
                    raise ValueError(
                        f"{self.name(path)} imports {name}, and requirements.lock has no"
                        f" '{distribution}': add it to pyproject.toml and run `make lock`, or"
                        " say in DISTRIBUTIONS of stages/closure.py what it is part of"
                    )
                packages[distribution] = lock[distribution]
        return {
            "modules": {self.name(path): self._digest(path) for path in paths},
            "packages": packages,
        }

    def _digest(self, path: Path) -> str:
        if path.suffix == ".py":
            return self.module(path).digest
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def _foreign(self, path: Path, kinds: Collection[str] | None) -> set[str]:
        """Names of the third-party packages that a module imports."""
        names = {found.name for found in self.module(path).imports if found.counts(kinds)}
        return {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names

    def _reached_directly(self, path: Path, kinds: Collection[str] | None) -> set[Path]:
        """The modules that a file imports, and the data files beside it that its strings name."""
        module = self.module(path)
        reached = {
            self._resolved(path, found.name)
            for found in module.imports
            if found.counts(kinds) and found.name.split(".")[0] == "rasm"
        }
        if path.is_relative_to(self.library):
            for file in self._data_beside(path.parent):
                if any(file.name in string for string in module.strings):
                    reached.add(file)
        return reached

    def _resolved(self, path: Path, name: str) -> Path:
        parts = name.split(".")[1:]
        place, owner = self.library.joinpath(*parts), self.library.joinpath(*parts[:-1])
        if (place / "__init__.py").is_file():
            raise ValueError(f"{self.name(path)} imports the package {name}: import a module of it")
        if owner == self.library:  # what stands in the package itself, such as its version
            owner = self.library / "__init__"
        for file in (place.with_suffix(".py"), owner.with_suffix(".py")):
            if file.is_file():
                return file
        raise ValueError(f"{self.name(path)} imports {name}, which is not in {self.library}")

    def _data_beside(self, folder: Path) -> list[Path]:
        if folder not in self._data:
            self._data[folder] = [
                file
                for file in folder.rglob("*")
                if file.suffix not in (".py", ".pyc") and file.is_file()
            ]
        return self._data[folder]


@cache
def _parsed(content: bytes) -> Module:
    """Once a process, which may run several stages."""
    return Module(ast.parse(content))


def locked_versions(text: str) -> dict[str, str]:
    """Distribution -> version in requirements.lock; where it names several, all of them.

    Which of them an interpreter gets is no question here: the same code means the same everywhere.
    """
    versions: dict[str, list[str]] = {}
    for name, version in _LOCKED.findall(text):
        versions.setdefault(_normal(name), []).append(version)
    return {name: " or ".join(found) for name, found in versions.items()}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
