"""WOFF files unpacked: each table is compressed by zlib, and says how large it is.

No table is unpacked beyond the size that it claims, so that a small file cannot fill the memory.
Format: https://www.w3.org/TR/WOFF/
"""

import struct
import zlib

from rasm.fonts.sfnt import FontError, check_table_count, check_unpacked_size, sfnt_bytes

_HEADER = 44


def unpack_woff(data: bytes) -> bytes:
    """The font as an uncompressed file. Raises FontError, struct.error or zlib.error if broken."""
    version, length, count = struct.unpack_from(">4x4sLH", data)
    check_table_count(count)
    if length != len(data):
        raise FontError(f"it claims {length} bytes and has {len(data)}: is it truncated?")
    entries = list(struct.iter_unpack(">4s4L", data[_HEADER : _HEADER + 20 * count]))
    check_unpacked_size(sum(size for _, _, _, size, _ in entries))
    tables = {
        tag.decode("latin-1"): _table(tag, data[offset : offset + packed], packed, size)
        for tag, offset, packed, size, _ in entries
    }
    return sfnt_bytes(version, tables)


def _table(tag: bytes, packed: bytes, length: int, size: int) -> bytes:
    name = tag.decode("latin-1")
    if len(packed) != length:
        raise FontError(f"table {name} ends beyond the end of the file: is it truncated?")
    if length == size:
        return packed
    unzip = zlib.decompressobj()
    table = unzip.decompress(packed, size + 1)
    if len(table) != size or not unzip.eof:
        raise FontError(f"table {name} does not unpack to the {size} bytes that it claims")
    return table
