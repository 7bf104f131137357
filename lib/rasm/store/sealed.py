"""Files that tell when they were altered: cards, what cards vouch for, and sealed lines.

A bit that turns on a disk, or a cut-off copy, mostly leaves a file that still reads, and answers
that are wrong. So a card, which is JSON, holds as `seal` the SHA-256 of its own text without the
seal, and as `files` the size and SHA-256 of each file that it is about, by name. What is read is
the bytes that were checked. For record files, too large to be hashed whenever they are opened,
`rasm.store.records` looks at the size.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from rasm.store.atomic import replacing
from rasm.store.json_file import MOST_OF_FILE, REBUILD, as_json, parse_json, read_json
from rasm.store.regular_file import read_regular, require_regular

_Shape = TypeVar("_Shape")

_SEAL = "seal"
_MOST_OF_LINE = 1 << 20  # bytes


class Mark(BaseModel, frozen=True, extra="forbid"):
    """What a file was when it was vouched for."""

    size: int
    """Bytes."""
    sha256: str
    """Of the content, in hexadecimal."""


def marks_of(*files: Path) -> dict[str, Mark]:
    """The marks of files by name."""
    marks = {}
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        marks[path.name] = Mark(size=path.stat().st_size, sha256=digest)
    return marks


def vouched(path: Path, marks: Mapping[str, Any], advice: str = REBUILD) -> bytes:
    """The content of a file that is as its mark among `marks` says.

    Raises FileNotFoundError or ValueError naming the file, with the `advice`, for any other.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: {advice}")
    altered = f"{path} is not the file that its card vouches for: {advice}"
    if path.name not in marks:
        raise ValueError(altered)
    mark = Mark.model_validate(marks[path.name])
    if require_regular(path) != mark.size:
        raise ValueError(altered)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != mark.sha256:
        raise ValueError(altered)
    return content


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a card of plain data and marks. What it vouches for is written before it."""
    with replacing(path) as temporary:
        temporary.write_bytes(_sealed(to_jsonable_python(content)))


def read_sealed(path: Path, shape: type[_Shape], advice: str = REBUILD) -> _Shape:
    """The content of a card, without its seal, as `read_json` reads it.

    Raises FileNotFoundError where there is none; ValueError naming it where it was altered.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: {advice}")
    text = read_regular(path, MOST_OF_FILE)
    content = parse_json(text, path, dict[str, Any], advice)
    if content.pop(_SEAL, None) is None:
        raise ValueError(f"{path} has no seal, which older versions did not write: {advice}")
    if _sealed(content) != text:
        raise ValueError(f"{path} was altered after it was written: {advice}")
    return parse_json(as_json(content).encode(), path, shape, advice)


def is_sealed(path: Path, advice: str = REBUILD) -> bool:
    """Whether a JSON object has a seal, right or wrong. Raises as `read_json` does."""
    return _SEAL in read_json(path, dict[str, Any], advice)


def _sealed(content: dict[str, Any]) -> bytes:
    seal = hashlib.sha256(as_json(content).encode()).hexdigest()
    return as_json({**content, _SEAL: seal}).encode()


def write_sealed_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines, given without their ends, and a last one that holds the SHA-256 of all."""
    digest = hashlib.sha256()
    with replacing(path) as temporary, temporary.open("wb") as file:
        for line in lines:
            content = f"{line}\n".encode()
            digest.update(content)
            file.write(content)
        file.write(_last_line(digest.hexdigest()))


def sealed_lines(path: Path, advice: str = REBUILD) -> Iterator[bytes]:
    """The lines again, without the last one.

    Raises ValueError naming the file, after the other lines, where they are not as the last says.
    """
    require_regular(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        line = file.readline(_MOST_OF_LINE)
        while following := file.readline(_MOST_OF_LINE):
            digest.update(line)
            yield line
            line = following
    if line != _last_line(digest.hexdigest()):
        raise ValueError(f"{path} was cut off or altered after it was written: {advice}")


def _last_line(digest: str) -> bytes:
    return f'{{"sha256":"{digest}"}}\n'.encode()
