"""The house rules that a reader relies on and no tool checks: `make lint` prints what breaks them.

Each file is read once. Imports come from its syntax tree, so that those inside functions count and
nothing has to be imported.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("lib", "stages", "experiments", "tests", "bench", "docs")
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc"}
# What is used with trained networks, and what is there to train them.
USE = {"inputs", "metrics", "pdf", "query", "reading", "report", "retrieval", "service", "trust"}
TRAINING = {"augment", "losses", "training"}


@dataclass(frozen=True)
class File:
    """A Python file of the house: its path below the root, and its syntax tree."""

    path: Path
    tree: ast.Module

    @cached_property
    def module(self) -> str:
        """`rasm.raster.ink` of lib/rasm/raster/ink.py, `rasm.raster` of its package file."""
        parts = self.path.with_suffix("").parts
        start, end = int(parts[0] == "lib"), len(parts) - (parts[-1] == "__init__")
        return ".".join(parts[start:end])

    @cached_property
    def package(self) -> str:
        """`raster` of lib/rasm/raster/ink.py; empty outside of the library."""
        return self.path.parts[2] if self.is_library and len(self.path.parts) > 3 else ""

    @property
    def is_library(self) -> bool:
        return self.path.parts[0] == "lib"

    @cached_property
    def imports(self) -> list[str]:
        """Dotted names that it imports, wherever in it: `from a.b import c` gives a.b.c."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                owner = "." * node.level + (node.module or "")
                found += [f"{owner}.{alias.name}" for alias in node.names]
        return found

    @cached_property
    def public_names(self) -> list[str]:
        """Functions, classes, constants and aliases at its top level."""
        found = []
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.append(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name for target in targets for name in ast.walk(target)]
                found += [name.id for name in names if isinstance(name, ast.Name)]
        return [name for name in found if not name.startswith("_") and name != "main"]


@dataclass(frozen=True)
class House:
    """All files below a root."""

    root: Path
    files: tuple[File, ...]

    @classmethod
    def read(cls, root: Path) -> "House":
        paths = [path for folder in FOLDERS for path in sorted(root.glob(f"{folder}/**/*.py"))]
        files = (
            File(path.relative_to(root), ast.parse(path.read_text(encoding="utf-8")))
            for path in paths
        )
        return cls(root, tuple(files))

    @cached_property
    def library(self) -> dict[str, File]:
        """Files of the library by module."""
        return {file.module: file for file in self.files if file.is_library}

    def reached_directly(self, file: File) -> list[File]:
        """The modules of the library that a file imports."""
        owners = (
            name if name in self.library else name.rpartition(".")[0] for name in file.imports
        )
        return [self.library[name] for name in dict.fromkeys(owners) if name in self.library]

    @cached_property
    def edges(self) -> dict[str, list[str]]:
        """Module of the library -> modules of the library that it imports."""
        return {
            name: [other.module for other in self.reached_directly(file)]
            for name, file in self.library.items()
        }

    def path_between(self, start: str, ends: set[str]) -> list[str]:
        """The shortest chain of imports from a module to one of `ends`; empty if there is none."""
        came_from, waiting = {start: ""}, [start]
        for module in waiting:
            for other in self.edges[module]:
                if other in ends:
                    chain = [other]
                    while module:
                        chain.append(module)
                        module = came_from[module]
                    return chain[::-1]
                if other not in came_from:
                    came_from[other] = module
                    waiting.append(other)
        return []


def vague_names(house: House) -> Iterator[str]:
    for file in house.files:
        for part in VAGUE & set(file.path.with_suffix("").parts):
            yield f"{file.path}: `{part}` does not say what is inside"


def relative_imports(house: House) -> Iterator[str]:
    for file in house.files:
        for name in file.imports:
            if name.startswith("."):
                yield f"{file.path}: imports {name}: write the whole name"


def library_knows_others(house: House) -> Iterator[str]:
    for file in house.library.values():
        for name in file.imports:
            if name.split(".")[0] in ("stages", "experiments", "tests", "bench"):
                yield f"{file.path}: imports {name}: the library knows nothing outside of itself"


def import_cycles(house: House) -> Iterator[str]:
    told: set[str] = set()
    for module, file in house.library.items():
        chain = house.path_between(module, {module})
        if chain and not told & set(chain):
            told |= set(chain)
            yield f"{file.path}: imports itself: {' -> '.join(chain)}"


def full_package_files(house: House) -> Iterator[str]:
    for file in house.library.values():
        if file.path.name == "__init__.py":
            about = ast.get_docstring(file.tree)
            if not about:
                yield f"{file.path}: say in one sentence what the package is about"
            top = file.module == "rasm"  # `from rasm import Recognizer` is made on demand
            rest = file.tree.body[bool(about) :]
            names = [getattr(node, "name", ast.unparse(node).split(" = ")[0]) for node in rest]
            if names != (["__version__", "__getattr__"] if top else []):
                yield f"{file.path}: holds {', '.join(names)}: put it into a module of its own"


def packages_without_tests(house: House) -> Iterator[str]:
    for file in house.library.values():
        if file.path.name == "__init__.py" and file.module != "rasm":
            folder = Path("tests", *file.module.split(".")[1:])
            if not list((house.root / folder).glob("test_*.py")):
                yield f"{file.path}: there is no {folder}/test_*.py: test the package"


def use_of_training(house: House) -> Iterator[str]:
    """Whoever only uses networks needs nothing of what trains them, at no time."""
    ends = {name for name, file in house.library.items() if file.package in TRAINING}
    told = set()
    for module, file in house.library.items():
        if file.package in USE and (chain := house.path_between(module, ends)):
            edge = tuple(chain[-2:])
            if edge not in told:
                told.add(edge)
                yield f"{house.library[edge[0]].path}: reaches training: {' -> '.join(chain)}"


def names_alike(house: House) -> Iterator[str]:
    places: dict[str, list[str]] = defaultdict(list)
    for file in house.library.values():
        for name in dict.fromkeys(file.public_names):
            places[name].append(str(file.path))
    for name, paths in sorted(places.items()):
        if len(paths) > 1:
            yield f"{', '.join(paths)}: all have a public `{name}`: name each for what it is"


RULES = (
    vague_names,
    relative_imports,
    library_knows_others,
    import_cycles,
    full_package_files,
    packages_without_tests,
    use_of_training,
    names_alike,
)


def faults(root: Path) -> list[str]:
    """All that breaks a rule, each naming its file."""
    house = House.read(root)
    return [fault for rule in RULES for fault in rule(house)]


if __name__ == "__main__":
    found = faults(ROOT)
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
