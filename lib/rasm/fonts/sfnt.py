"""The outermost layer of a font file: a directory of tables, checked before anything is believed.

What a file claims of itself costs nothing to look at: how large it is, how many faces and tables it
holds, where they lie and how large they are once unpacked. Claims that no font in use makes are
refused here; whatever a font within them does is bounded by `FONT_LIMITS`.
"""

import stat
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rasm.bounded.limits import WorkLimits

FONT_LIMITS = WorkLimits(seconds=120, cpu_seconds=5, call_cpu_seconds=60, megabytes=768)
"""For each font of a file; Handjet, whose glyphs are made of hundreds of dots, takes 2 s."""
LOCKED_LIMITS = WorkLimits(seconds=3600, cpu_seconds=60, call_cpu_seconds=600, megabytes=2048)
"""For files that a lock pins: a slow machine must not lose one of them."""

_MAX_BYTES = 128 * 2**20
"""Of a file, and of its tables unpacked; fonts for all of Chinese, Japanese and Korean have 20."""
_MAX_TABLES = 256
"""Of one face; fonts have some 20, OpenType knows 60."""
_MAGIC = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")


class FontError(ValueError):
    """A font that cannot be used; the message is the reason."""


class TablePlace(NamedTuple):
    """Where a table lies in a file, in bytes."""

    offset: int
    length: int


def check_file(path: Path) -> None:
    """Raise FontError for what is not worth reading; OSError when there is no such file."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise FontError("not a regular file")
    if status.st_size > _MAX_BYTES:
        raise FontError(f"{status.st_size:,} bytes are too many: a font has {_MAX_BYTES:,} at most")


def check_unpacked_size(size: int) -> None:
    """Raise FontError when the tables of a font take more memory than any font does."""
    if size > _MAX_BYTES:
        raise FontError(f"its tables claim {size:,} bytes: {_MAX_BYTES:,} at most")


def check_table_count(count: int) -> None:
    """Raise FontError when a directory claims more tables than there are kinds."""
    if count > _MAX_TABLES:
        raise FontError(f"it claims {count} tables: {_MAX_TABLES} at most")


def magic(data: bytes) -> bytes:
    """The four bytes that say which kind of font file this is. Raises FontError for no font."""
    if data[:4] not in _MAGIC:
        raise FontError(f"not a font file: it starts with {data[:4]!r}")
    return data[:4]


def table_places(data: bytes, index: int) -> dict[str, TablePlace]:
    """The tables of a face of an unpacked file by tag. Raises FontError when they cannot be."""
    start = 0
    if magic(data) == b"ttcf":
        start = int.from_bytes(data[12 + 4 * index :][:4], "big")
    count = int.from_bytes(data[start + 4 : start + 6], "big")
    check_table_count(count)
    if start + 12 + 16 * count > len(data):
        raise FontError(f"broken font: no room for a directory of {count} tables")
    places = {}
    for tag, _, offset, length in struct.iter_unpack(
        ">4sIII", data[start + 12 : start + 12 + 16 * count]
    ):
        name = tag.decode("latin-1")
        if offset + length > len(data):
            raise FontError(f"table {name} ends beyond the end of the file: is it truncated?")
        places[name] = TablePlace(offset, length)
    check_unpacked_size(sum(place.length for place in places.values()))
    return places


def sfnt_bytes(version: bytes, tables: Mapping[str, bytes]) -> bytes:
    """An unpacked font of these tables. Checksums are left out: nothing here reads them."""
    offset = 12 + 16 * len(tables)
    directory, body = [struct.pack(">4sHHHH", version, len(tables), 0, 0, 0)], []
    for tag in sorted(tables):
        table = tables[tag]
        directory.append(struct.pack(">4sIII", tag.encode("latin-1"), 0, offset, len(table)))
        body += [table, bytes(-len(table) % 4)]
        offset += len(table) + -len(table) % 4
    return b"".join(directory + body)
