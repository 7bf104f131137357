"""Where fonts come from: locked packages, and the user's own folder.

A package is pinned by the lock file; its font files are named PACKAGE-arabic-WEIGHT-normal.woff2.
Files of other subsets (`-latin-ext-`) hold no Arabic.  The package's metadata says family and
licence, because subset fonts have lost most of their own names; own fonts speak for themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
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


def locked_versions(lock: Path) -> dict[str, str]:
    """Read package-lock.json: package id (`cairo`) -> exact version, sorted by id.

    Raises SourcesError when the file is missing, or pins no font packages.
    """
    if not lock.exists():
        raise SourcesError(f"{lock} does not exist")
    prefix = f"node_modules/{SCOPE}/"
    packages = _json(lock, _Lock).packages
    versions = {
        key.removeprefix(prefix): packages[key].version
        for key in sorted(packages)
        if key.startswith(prefix)
    }
    if not versions:
        raise SourcesError(f"{lock} pins no {SCOPE} packages")
    return versions


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


def package_sources(
    packages: Path, lock: Path, weights: Weights, families: Sequence[str]
) -> list[Source]:
    """List the font files of the locked packages, or of those whose ids are given.

    Raises SourcesError when an id is unknown, or a package is not installed as locked.
    """
    locked = locked_versions(lock)
    unknown = sorted(set(families) - set(locked))
    if unknown:
        raise SourcesError(
            f"import_fonts.families: unknown {', '.join(unknown)}; known: {', '.join(locked)}"
        )
    sources = []
    for id_, version in locked.items():
        if families and id_ not in families:
            continue
        package = packages / id_
        check_installed(package, version)
        family, licence = metadata(package)
        files = weight_files(package)
        if not files:
            raise SourcesError(f"font package {id_} {version} has no file {id_}-arabic-*-normal")
        for weight in chosen_weights(list(files), weights):
            name = f"{SCOPE}/{id_}@{version}/{files[weight].name}"
            names = Names(family=family, style="normal", weight=weight, licence=licence)
            sources.append(Source(files[weight], name, names))
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
