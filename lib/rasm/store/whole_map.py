"""Is a record file as long as it says? To be asked before LMDB maps it into memory.

A process that reads from a mapped page that the file does not have is killed by SIGBUS, and LMDB
does not look. Its first two pages each tell the last page in use; the one of the later transaction
counts.
"""

import struct
from pathlib import Path
from typing import NamedTuple

from rasm.store.json_file import REBUILD
from rasm.store.regular_file import require_regular

_MAGIC = 0xBEEFC0DE
# Header of the page; magic; version, address and size of the map; size of a page; the rest of the
# two trees; last page; transaction.
_META = struct.Struct("=16x I 20x I 92x Q Q")


def require_whole(path: Path) -> None:
    """Raise ValueError naming an LMDB file that is cut off, or whose first pages are damaged."""
    size = require_regular(path)
    with path.open("rb") as file:
        metas = [_meta(file.read(_META.size))]
        file.seek(metas[0].page)
        metas.append(_meta(file.read(_META.size)))
    if metas[0].page != metas[1].page or not all(meta.magic == _MAGIC for meta in metas):
        raise ValueError(f"{path} cannot be read: it is no record file: {REBUILD}")
    newest = max(metas, key=lambda meta: meta.transaction)
    wanted = (newest.last + 1) * newest.page
    if size < wanted:
        raise ValueError(f"{path} is cut off: it has {size:,} of {wanted:,} bytes: {REBUILD}")


class _Meta(NamedTuple):
    magic: int
    page: int
    last: int
    transaction: int


def _meta(content: bytes) -> _Meta:
    """What a first page says; of what is too short to be one, zeros."""
    return _Meta(*_META.unpack(content.ljust(_META.size, b"\0")))
