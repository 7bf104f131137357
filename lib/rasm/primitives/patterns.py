"""Distinct cells. Fonts repeat themselves, so cells are stored once and counted.

Millions of cells hold a few hundred thousand distinct patterns. A glyph is a grid of pattern
numbers; whatever is computed of a cell is computed once a pattern and looked up. Pattern 0 is the
empty cell; the others follow in the order of their bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.store.records import Records, key_of, write_records

_COUNTS, _PATTERNS, _SIDE = b"cell counts", b"cell patterns", b"cells a side"


@dataclass(frozen=True)
class Patterns:
    """`cells` (P, cell bytes) uint8, packed; `counts` (P,) int64; `grid` cells a side."""

    cells: NDArray[np.uint8]
    counts: NDArray[np.int64]
    grid: int


def find_patterns(
    batches: Iterable[NDArray[np.uint8]], grid: int
) -> tuple[Patterns, list[NDArray[np.uint32]]]:
    """Distinct cells of (n, grid * grid, cell bytes) batches, and each batch as pattern numbers."""
    seen: dict[bytes, int] = {}
    counts: list[int] = []
    numbered = []
    width = 0
    for batch in batches:
        width = batch.shape[-1]
        if not seen:
            seen[bytes(width)] = 0
            counts.append(0)
        rows = np.ascontiguousarray(batch).view(f"V{width}").reshape(-1)
        unique, inverse, count = np.unique(rows, return_inverse=True, return_counts=True)
        numbers = np.empty(len(unique), dtype=np.uint32)
        for i, (cell, n) in enumerate(zip(unique, count.tolist(), strict=True)):
            number = seen.setdefault(cell.tobytes(), len(seen))
            if number == len(counts):
                counts.append(0)
            counts[number] += n
            numbers[i] = number
        numbered.append(numbers[inverse].reshape(batch.shape[:2]))
    if not seen:
        raise ValueError("there are no glyphs to slice: check outputs/meta/audit.jsonl")
    cells = np.frombuffer(b"".join(seen), dtype=np.uint8).reshape(len(seen), width)
    order = np.concatenate([[0], 1 + np.lexsort(cells[1:].T[::-1])])
    rank = np.empty(len(order), dtype=np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    patterns = Patterns(cells[order], np.array(counts, dtype=np.int64)[order], grid)
    return patterns, [rank[numbers] for numbers in numbered]


def write_cells(
    path: Path, patterns: Patterns, grids: Iterable[tuple[int, NDArray[np.uint32]]]
) -> None:
    """Store the patterns and, by ascending glyph number, each glyph's grid of pattern numbers."""

    def records() -> Iterator[tuple[bytes, bytes]]:
        for glyph_id, grid in grids:
            yield key_of(glyph_id), grid.astype("<u4").tobytes()
        yield _COUNTS, patterns.counts.astype("<i8").tobytes()
        yield _PATTERNS, patterns.cells.tobytes()
        yield _SIDE, str(patterns.grid).encode()

    write_records(path, records())


def read_patterns(store: Records) -> Patterns:
    """The distinct cells of a cell store."""
    counts = np.frombuffer(store[_COUNTS], dtype="<i8").astype(np.int64)
    cells = np.frombuffer(store[_PATTERNS], dtype=np.uint8).reshape(len(counts), -1)
    return Patterns(cells, counts, int(store[_SIDE]))


def read_pattern_grids(store: Records, glyph_ids: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Pattern numbers (N, grid * grid) of these glyphs."""
    return store.stack(glyph_ids).view("<u4").astype(np.uint32)


@dataclass(frozen=True)
class ReadCells:
    """P distinct patterns that phase 1 was asked about.

    `bits` (P, pixels); `predicted` and `truth` (P,) primitives; `occurrences` (P,) cells each.
    """

    bits: NDArray[np.float32]
    predicted: NDArray[np.int64]
    truth: NDArray[np.int64]
    occurrences: NDArray[np.int64]
