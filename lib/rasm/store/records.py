"""Small binary records by key in one LMDB file: the same input gives the same bytes.

Keys arrive sorted: glyph numbers are four big-endian bytes, so number order is byte order, and
names, whose first letter is beyond any glyph number, sort after them. Everything is one transaction
and the map size is fixed, so nothing of the machine or the moment enters the file. Readers open it
without a lock and change nothing. LMDB handles must not cross a fork: open the file inside each
worker.
"""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

import lmdb
import numpy as np
from numpy.typing import NDArray

from rasm.store.atomic import replacing
from rasm.store.whole_map import require_whole

_MAP_SIZE = 1 << 36  # address space only: the file grows to what is written


def key_of(glyph_id: int) -> bytes:
    """Key of a glyph: its number as four big-endian bytes."""
    return struct.pack(">I", glyph_id)


def write_records(path: Path, records: Iterable[tuple[bytes, bytes]]) -> int:
    """Write sorted (key, value) records and return their number.

    Raises ValueError, leaving no file, when a key does not follow the one before it.
    """
    count = 0
    with replacing(path) as temporary:
        environment = lmdb.open(
            str(temporary), subdir=False, map_size=_MAP_SIZE, lock=False, meminit=True, sync=True
        )
        try:
            with environment.begin(write=True) as transaction:
                for key, value in records:
                    if not transaction.put(key, value, append=True, overwrite=False):
                        raise ValueError(f"{path.name}: key {key!r} comes out of order")
                    count += 1
        except lmdb.KeyExistsError:
            raise ValueError(f"{path.name}: key {key!r} comes out of order") from None
        finally:
            environment.close()
    return count


def _name(key: bytes) -> str:
    return f"of glyph {struct.unpack('>I', key)[0]}" if len(key) == 4 else repr(key)


class Records:
    """Read-only view of a record file. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: run `dvc repro` to make it")
        self._path = path
        require_whole(path)
        try:
            self._environment = lmdb.open(
                str(path), subdir=False, readonly=True, lock=False, readahead=False
            )
        except lmdb.Error as error:
            raise ValueError(f"{path} cannot be read: {error}") from None
        self._transaction = self._environment.begin(buffers=False)

    def __enter__(self) -> "Records":
        return self

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.abort()
        self._environment.close()

    def __getitem__(self, key: bytes) -> bytes:
        value: bytes | None = self._transaction.get(key)
        if value is None:
            raise ValueError(f"{self._path} has no record {_name(key)}: run `dvc repro`")
        return value

    def glyph_ids(self) -> NDArray[np.int64]:
        """Numbers of all glyph records, ascending, (N,) int64."""
        keys = self._transaction.cursor().iternext(keys=True, values=False)
        return np.array([struct.unpack(">I", k)[0] for k in keys if len(k) == 4], dtype=np.int64)

    def stack(self, glyph_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
        """Records of these glyphs as (N, bytes) uint8, in the order asked for; N at least 1."""
        if len(glyph_ids) == 0:
            raise ValueError(f"{self._path}: no glyph was asked for; is a split empty?")
        joined = bytearray().join(self[key_of(int(i))] for i in glyph_ids)
        return np.frombuffer(joined, dtype=np.uint8).reshape(len(glyph_ids), -1)
