"""WOFF2 files unpacked: one brotli stream of all tables, of which some are rearranged.

The stream is never unpacked beyond the size that the directory claims, so that a small file cannot
fill the memory. `woff2_outlines` puts the rearranged tables in order.
Format: https://www.w3.org/TR/WOFF2/
"""

import struct
from typing import NamedTuple

import brotli
from fontTools.ttLib.woff2 import woff2KnownTags

from rasm.fonts.sfnt import FontError, check_table_count, check_unpacked_size, sfnt_bytes
from rasm.fonts.woff2_outlines import advances, glyphs_and_places

_HEADER = 48
_OTHER_TAG = 63
_AS_IT_IS = {"glyf": 3, "loca": 3}
"""The version of the transform that is none; 0 for all other tables."""


class _Entry(NamedTuple):
    tag: str
    version: int
    """Of the transform."""
    size: int
    """Bytes once in order."""
    length: int
    """Bytes in the stream."""

    @property
    def is_transformed(self) -> bool:
        return self.version != _AS_IT_IS.get(self.tag, 0)


def unpack_woff2(data: bytes) -> bytes:
    """The font as an uncompressed file.

    Raises FontError when it contradicts itself, and what its parts raise when they are cut short
    (struct.error, brotli.error, IndexError, ValueError).
    """
    version, length, count, packed = struct.unpack_from(">4x4sLH6xL", data)
    if version == b"ttcf":
        raise FontError("a collection packed as woff2: unpack it into a ttc file first")
    if length != len(data):
        raise FontError(f"it claims {length} bytes and has {len(data)}: is it truncated?")
    check_table_count(count)
    entries, end = _directory(data, count)
    total = sum(entry.length for entry in entries)
    check_unpacked_size(max(total, sum(entry.size for entry in entries)))
    stream = _unpacked(data[end : end + packed], total)
    tables: dict[str, bytes] = {}
    transformed: dict[str, bytes] = {}
    at = 0
    for entry in entries:
        table = stream[at : at + entry.length]
        at += entry.length
        (transformed if entry.is_transformed else tables)[entry.tag] = table
    sizes = {entry.tag: entry.size for entry in entries}
    return sfnt_bytes(version, tables | _in_order(tables, transformed, sizes))


def _directory(data: bytes, count: int) -> tuple[list[_Entry], int]:
    """The entries, and the offset of what follows them."""
    entries, at = [], _HEADER
    for _ in range(count):
        flags = data[at]
        at += 1
        if flags & 63 == _OTHER_TAG:
            tag = data[at : at + 4].decode("latin-1")
            at += 4
        else:
            tag = woff2KnownTags[flags & 63]
        size, at = _base128(data, at)
        entry = _Entry(tag, flags >> 6, size, size)
        if entry.is_transformed:
            length, at = _base128(data, at)
            entry = entry._replace(length=length)
        entries.append(entry)
    return entries, at


def _base128(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the offset of what follows."""
    value = 0
    for place in range(at, at + 5):
        value = value << 7 | data[place] & 127
        if data[place] < 128:
            return value, place + 1
    raise FontError("broken font: a size in the directory does not end")


def _unpacked(packed: bytes, size: int) -> bytes:
    decoder = brotli.Decompressor()
    stream: bytes = decoder.process(packed, output_buffer_limit=size + 1)
    if len(stream) != size or not decoder.is_finished():
        raise FontError(f"the tables do not unpack to the {size} bytes that they claim")
    return stream


def _in_order(
    tables: dict[str, bytes], transformed: dict[str, bytes], sizes: dict[str, int]
) -> dict[str, bytes]:
    """The tables that were rearranged, and `head`, which says how `loca` is written."""
    if not transformed:
        return {}
    if not {"glyf", "loca"} <= transformed.keys() <= {"glyf", "loca", "hmtx"}:
        raise FontError(f"broken font: tables {', '.join(sorted(transformed))} are transformed")
    outlines = glyphs_and_places(transformed["glyf"])
    if outlines.declared_loca_size != sizes["loca"]:
        raise FontError(f"broken font: table loca claims {sizes['loca']} bytes for its glyphs")
    head = bytearray(tables["head"])
    head[50:52] = b"\0\1"  # long offsets
    made = {"head": bytes(head), "glyf": outlines.glyf, "loca": outlines.loca}
    if "hmtx" in transformed:
        (metrics,) = struct.unpack_from(">34xH", tables["hhea"])
        made["hmtx"] = advances(transformed["hmtx"], metrics, outlines.x_min)
    return made
