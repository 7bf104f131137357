"""Small binary records by key in one LMDB file: the same input gives the same bytes.

Keys arrive sorted: glyph numbers are four big-endian bytes, so number order is byte order, and
names, whose first letter is beyond any glyph number, sort after them. LMDB gives a value of half a
page or more whole pages of its own, so records of glyphs that follow each other share a value, a
block, as large as some pages together; the key of a block is that of its first glyph. Everything is
one transaction and the map size is fixed, so nothing of the machine or the moment enters the file.
Readers open it without a lock and change nothing. LMDB handles must not cross a fork: open the file
inside each worker.

A block is little-endian uint32: how many records it has, their glyph numbers, and where each ends
in what follows, the values end to end. Whatever LMDB holds for a key ends with its CRC-32.

Before LMDB maps a file into memory, it is asked whether it is as long as it says: a process that
reads from a mapped page that the file does not have is killed by SIGBUS, and LMDB does not look.
The first two pages each tell the last page in use; the one of the later transaction counts.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import lmdb
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rasm.store.atomic import replacing
from rasm.store.json_file import REBUILD
from rasm.store.regular_file import require_regular

_MAGIC = 0xBEEFC0DE
# Header of the page; magic; version, address and size of the map; size of a page; the rest of the
# two trees; last page; transaction.
_META = struct.Struct("=16x I 20x I 92x Q Q")
_MAP_SIZE = 1 << 36  # address space only: the file grows to what is written
_BLOCK = 32 * 4096 - 16 - 4  # bytes: whole pages, of which the first has a header, and the CRC


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
                for number, key, value in _blocks(records):
                    checked = value + _crc(value)
                    transaction.put(key, checked, append=True)
                    count += number
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
        finally:
            environment.close()
    return count


def _blocks(records: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[int, bytes, bytes]]:
    """How many records, key and value of each block, and of each named record as it is."""
    waiting: list[tuple[bytes, bytes]] = []
    size, last = 0, b""
    for key, value in records:
        if key <= last:
            raise ValueError(f"key {key!r} comes out of order")
        last = key
        room = 8 + len(value)
        if waiting and (len(key) != 4 or size + room > _BLOCK):
            yield _block(waiting)
            waiting, size = [], 0
        if len(key) == 4:
            waiting.append((key, value))
            size += room + (4 if size == 0 else 0)
        else:
            yield 1, key, value
    if waiting:
        yield _block(waiting)


def _block(records: list[tuple[bytes, bytes]]) -> tuple[int, bytes, bytes]:
    keys, values = zip(*records, strict=True)
    numbers = np.frombuffer(b"".join(keys), dtype=">u4")
    ends = np.cumsum([len(value) for value in values])
    header = np.concatenate([[len(keys)], numbers, ends]).astype("<u4").tobytes()
    return len(keys), keys[0], b"".join([header, *values])


def _crc(value: bytes | memoryview) -> bytes:
    return struct.pack("<I", zlib.crc32(value))


def _name(key: bytes) -> str:
    return f"of glyph {struct.unpack('>I', key)[0]}" if len(key) == 4 else repr(key)


class _Index(NamedTuple):
    """Where the record of each glyph is: in which block, and its bytes there; (N,) int64 each."""

    numbers: NDArray[np.int64]
    block: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]


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
        self._transaction = self._environment.begin(buffers=True)

    def __enter__(self) -> "Records":
        return self

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def __exit__(self, *error: object) -> None:
        self._transaction.abort()
        self._environment.close()

    def __getitem__(self, key: bytes) -> bytes:
        if len(key) == 4:
            index = self._index
            (place,) = self._places(np.array(struct.unpack(">I", key), dtype=np.int64))
            view = self._views[index.block[place]]
            return bytes(view[index.start[place] : index.stop[place]])
        try:
            value: memoryview | None = self._transaction.get(key)
        except lmdb.Error as error:
            raise self._damaged(str(error)) from None
        if value is None:
            raise ValueError(f"{self._path} has no record {_name(key)}: run `dvc repro`")
        return bytes(self._checked(value))

    def glyph_ids(self) -> NDArray[np.int64]:
        """Numbers of all glyph records, ascending, (N,) int64."""
        return self._index.numbers.copy()

    def stack(self, glyph_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint8]:
        """Records of these glyphs as (N, bytes) uint8, in the order asked for; N at least 1.

        Raises ValueError for a glyph that has no record, and when records differ in length.
        """
        if len(glyph_ids) == 0:
            raise ValueError(f"{self._path}: no glyph was asked for; is a split empty?")
        places = self._places(np.asarray(glyph_ids, dtype=np.int64))
        start, block = self._index.start[places], self._index.block[places]
        width, *others = np.unique(self._index.stop[places] - start).tolist()
        if others:
            raise ValueError(f"{self._path}: records of {width} and of {others[0]} bytes")
        rows = np.empty((len(places), width), dtype=np.uint8)
        # Block by block, each read once.
        order = np.argsort(block, kind="stable")
        numbers, firsts = np.unique(block[order], return_index=True)
        for number, chosen in zip(numbers, np.split(order, firsts[1:]), strict=True):
            rows[chosen] = sliding_window_view(self._views[number], width)[start[chosen]]
        return rows

    @cached_property
    def _views(self) -> list[NDArray[np.uint8]]:
        """The blocks where they lie in the file; they must not outlive its being open."""
        try:
            records = self._transaction.cursor().iternext()
            blocks = [self._checked(value) for key, value in records if len(key) == 4]
        except lmdb.Error as error:
            raise self._damaged(str(error)) from None
        return [np.frombuffer(block, dtype=np.uint8) for block in blocks]

    def _checked(self, value: memoryview) -> memoryview:
        """What LMDB holds for a key, without its CRC."""
        if bytes(value[-4:]) != _crc(value[:-4]):
            raise self._damaged("the CRC of a record is wrong")
        return value[:-4]

    def _damaged(self, reason: str) -> ValueError:
        return ValueError(f"{self._path} cannot be read: {reason}: run `dvc repro`")

    @cached_property
    def _index(self) -> _Index:
        columns = [_Index(*(np.zeros(0, dtype=np.int64) for _ in range(4)))]
        for number, view in enumerate(self._views):
            count = int.from_bytes(view[:4].tobytes(), "little")
            body = 4 + 8 * count
            header = np.frombuffer(view[4:body].tobytes(), dtype="<u4").astype(np.int64)
            ends = np.append(body, body + header[count:])
            columns.append(_Index(header[:count], np.full(count, number), ends[:-1], ends[1:]))
        return _Index(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    def _places(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where in the index these numbers are."""
        numbers = self._index.numbers
        places = np.searchsorted(numbers, wanted)
        known = places < len(numbers)
        known[known] = numbers[places[known]] == wanted[known]
        if not known.all():
            name = _name(key_of(int(wanted[~known][0])))
            raise ValueError(f"{self._path} has no record {name}: run `dvc repro`")
        return places
