"""Where fonts come from: locked packages, and the user's own folder.

A package is pinned by the lock file. In Fontsource's packages the font files are named
PACKAGE-arabic-WEIGHT-normal.woff2, and files of other subsets (`-latin-ext-`) hold no Arabic; their
metadata says family and licence, because subset fonts have lost most of their own names. What is in
the packages of type designers, each of its own layout, a file beside the lock says
(others.json). Own fonts speak for themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from rasm.fonts.files import FONT_SUFFIXES, Names
from rasm.fonts.weights import Weights, chosen_weights
from rasm.store.json_file import read_json

SCOPE = "@fontsource"
_Shape = TypeVar("_Shape")


class _Package(BaseModel, frozen=True):
    version: str = ""


class _Lock(BaseModel, frozen=True):
    packages: dict[str, _Package]


class _Licence(BaseModel, frozen=True):
    type: str


class _Metadata(BaseModel, frozen=True):
    license: str | _Licence
    family: str = ""
    fontName: str = ""


class _Other(BaseModel, frozen=True, extra="forbid"):
    """A family of others.json: its package in full, and the files in it by weight."""

    package: str
    family: str
    licence: str
    files: dict[int, str]


class SourcesError(ValueError):
    """The installed packages are not those that the lock pins; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One font file."""

    path: Path
    name: str
    """The same on every machine: `@fontsource/cairo@5.3.0/FILE`, or `own/FOLDER/FILE`."""
    names: Names | None
    """Family, style, weight and licence; None, or an empty licence: the font's tables say it."""


def _json(path: Path, shape: type[_Shape]) -> _Shape:
    try:
        return read_json(path, shape, "run 'make fonts'")
    except ValueError as error:
        raise SourcesError(str(error)) from None


@dataclass(frozen=True, slots=True)
class FontPackage:
    """A family as a locked package brings it: its upright files with Arabic by weight."""

    id: str
    """The package, without Fontsource's scope."""
    name: str
    """The same on every machine: `@fontsource/cairo@5.3.0`."""
    family: str
    licence: str
    """Empty where the package does not say: then what the font's own tables say stands."""
    files: dict[int, Path]
    """Lightest first."""


def locked_versions(lock: Path) -> dict[str, str]:
    """Read package-lock.json: id of a Fontsource package (`cairo`) -> exact version, sorted by id.

    Raises SourcesError when the file is missing, or pins no such packages.
    """
    prefix = f"{SCOPE}/"
    versions = {
        name.removeprefix(prefix): version
        for name, version in _versions(lock).items()
        if name.startswith(prefix)
    }
    if not versions:
        raise SourcesError(f"{lock} pins no {SCOPE} packages")
    return versions


def _versions(lock: Path) -> dict[str, str]:
    """Exact version of each package that a lock pins, sorted by full name."""
    if not lock.exists():
        raise SourcesError(f"{lock} does not exist")
    packages = _json(lock, _Lock).packages
    prefix = "node_modules/"
    return {
        key.removeprefix(prefix): packages[key].version
        for key in sorted(packages)
        if key.startswith(prefix)
    }


def metadata(package: Path) -> tuple[str, str]:
    """Return (family, licence) of a package; two spellings of metadata.json are in use.

    The older one names no licence but links to a list of many: then the licence is empty here,
    and what the font's own tables say stands.  (package.json is about the packaging, not the font.)
    """
    data = _json(package / "metadata.json", _Metadata)
    licence = data.license
    family = data.family or data.fontName
    if not family:
        raise SourcesError(f"{package / 'metadata.json'} names no family: run 'make fonts'")
    return family, licence.type if isinstance(licence, _Licence) else ""


def check_installed(package: Path, version: str) -> None:
    """Raise SourcesError when the package is not there, or in another version than is locked."""
    manifest = package / "package.json"
    if not manifest.is_file():
        raise SourcesError(f"font package {package.name} is not installed; run 'make fonts'")
    installed = _json(manifest, _Package).version
    if installed != version:
        raise SourcesError(
            f"font package {package.name}: {installed} is installed, {version} is locked; "
            "run 'make fonts'"
        )


def weight_files(package: Path) -> dict[int, Path]:
    """Return the upright Arabic files of a package by weight, lightest first."""
    pattern = re.compile(re.escape(package.name) + r"-arabic-(\d+)-normal\.woff2")
    files = ((pattern.fullmatch(path.name), path) for path in (package / "files").iterdir())
    return dict(sorted((int(match[1]), path) for match, path in files if match))


def font_packages(fonts: Path, ids: Sequence[str] = ()) -> list[FontPackage]:
    """The families of the packages in a folder, or of those whose ids are given, in order of ids.

    The folder holds package-lock.json, node_modules, and others.json if it has packages of other
    layouts. Raises SourcesError when an id is unknown, or a package is not installed as locked.
    """
    lock, modules = fonts / "package-lock.json", fonts / "node_modules"
    versions = _versions(lock)
    found = [
        (f"{SCOPE}/{id_}", partial(_fontsource, modules / SCOPE / id_, version))
        for id_, version in locked_versions(lock).items()
    ]
    others = fonts / "others.json"
    for other in _json(others, tuple[_Other, ...]) if others.is_file() else ():
        if other.package not in versions:
            raise SourcesError(f"{others}: {lock} does not pin {other.package}")
        package = modules / other.package
        found.append((other.package, partial(_described, package, versions[other.package], other)))
    named = {name.removeprefix(f"{SCOPE}/"): name for name, _ in found}
    if unknown := sorted(set(ids) - named.keys()):
        raise SourcesError(f"unknown {', '.join(unknown)}; known: {', '.join(sorted(named))}")
    wanted = {named[id_] for id_ in ids} if ids else set(named.values())
    return sorted((read() for name, read in found if name in wanted), key=lambda one: one.id)


def _fontsource(package: Path, version: str) -> FontPackage:
    check_installed(package, version)
    family, licence = metadata(package)
    files = weight_files(package)
    if not files:
        name = package.name
        raise SourcesError(f"font package {name} {version} has no file {name}-arabic-*-normal")
    return FontPackage(package.name, f"{SCOPE}/{package.name}@{version}", family, licence, files)


def _described(package: Path, version: str, other: _Other) -> FontPackage:
    check_installed(package, version)
    files = {weight: package / file for weight, file in sorted(other.files.items())}
    for file in files.values():
        if not file.is_file():
            raise SourcesError(f"font package {other.package} {version} has no file {file.name}")
    name = f"{other.package}@{version}"
    return FontPackage(other.package, name, other.family, other.licence, files)


def package_sources(fonts: Path, weights: Weights, ids: Sequence[str]) -> list[Source]:
    """List the font files of the packages in a folder, or of those whose ids are given.

    Raises SourcesError as `font_packages` does.
    """
    sources = []
    for package in font_packages(fonts, ids):
        for weight in chosen_weights(list(package.files), weights):
            file = package.files[weight]
            names = Names(
                family=package.family, style="normal", weight=weight, licence=package.licence
            )
            sources.append(Source(file, f"{package.name}/{file.name}", names))
    return sources


def own_sources(folder: Path) -> list[Source]:
    """List the font files below a folder, by suffix.

    Raises SourcesError when the folder does not exist.
    """
    if not folder.is_dir():
        raise SourcesError(f"import_fonts.own_fonts: {folder} is not a folder")
    return [
        Source(path, f"own/{path.relative_to(folder).as_posix()}", None)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in FONT_SUFFIXES and path.is_file()
    ]
