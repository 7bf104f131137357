"""JSON on disk: one reader that checks the shape and names file and field, one stable writer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rasm.store.atomic import replacing
from rasm.store.regular_file import read_regular

if TYPE_CHECKING:  # whoever only writes need not wait for it
    from pydantic import ValidationError

_Shape = TypeVar("_Shape")

REBUILD = "run `dvc repro` to make it again"
MOST_OF_FILE = 1 << 25  # bytes: a list of a million names


class Fields(dict[str, Any]):
    """A JSON object of `source`; to ask for a field that it lacks raises ValueError naming both."""

    def __init__(self, content: dict[str, Any], source: Path, advice: str = REBUILD) -> None:
        super().__init__(content)
        self._source, self._advice = source, advice

    def __missing__(self, field: str) -> Any:
        raise ValueError(f"{self._source} lacks the field '{field}': {self._advice}")


def read_json(path: Path, shape: type[_Shape], advice: str = REBUILD) -> _Shape:
    """The content, which must have the `shape`: a type of plain data, a dataclass or a model.

    Nothing is converted: neither a text nor `true` is a number. Raises FileNotFoundError where
    there is no file; ValueError naming file and field, with the `advice`, for any other content.
    """
    return parse_json(read_regular(path, MOST_OF_FILE), path, shape, advice)


def parse_json(content: bytes, source: Path, shape: type[_Shape], advice: str = REBUILD) -> _Shape:
    """The same of bytes that were read from `source` already."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(shape).validate_json(content, strict=True)
    except ValidationError as error:
        raise ValueError(f"{source}{_fault(error)}: {advice}") from None


def parse_json_lines(
    lines: Iterable[bytes], source: Path, shape: type[_Shape], advice: str = REBUILD
) -> Iterator[_Shape]:
    """The same of each line; errors name the line, counted from 1."""
    from pydantic import TypeAdapter, ValidationError

    parse = TypeAdapter(shape).validate_json
    for number, line in enumerate(lines, start=1):
        try:
            yield parse(line, strict=True)
        except ValidationError as error:
            raise ValueError(f"{source}:{number}{_fault(error)}: {advice}") from None


def _fault(error: "ValidationError") -> str:
    """The first thing that is wrong, to follow the name of the file."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return f" is not JSON ({first['msg'].removeprefix('Invalid JSON: ')})"
    field = ".".join(map(str, first["loc"]))
    return f", field '{field}': {first['msg']}" if field else f": {first['msg']}"


def as_json(content: Any) -> str:
    """Text with sorted keys and a closing newline, so that equal content is equal bytes."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_json(path: Path, content: Any) -> None:
    """Write `as_json` of the content."""
    with replacing(path) as temporary:
        temporary.write_text(as_json(content), encoding="utf-8")


def write_audit(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write what was left out, each entry with a `reason`, as JSON lines: nothing goes unsaid."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
