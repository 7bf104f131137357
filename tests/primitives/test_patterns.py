"""Distinct cells: counted, numbered, stored, and put together to the same glyphs."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from rasm.primitives.patterns import find_patterns, read_pattern_grids, read_patterns, write_cells
from rasm.raster.packing import assemble, slice_cells
from rasm.store.records import Records
from tests.raster.real_glyphs import rasters_of

Cells = NDArray[np.uint8]


def test_by_hand() -> None:
    """Two glyphs of 2x2 cells of two bytes; 0,0 is the empty cell though it comes third."""
    batch = np.array([[[2, 0], [1, 9], [0, 0], [1, 9]], [[1, 9], [1, 3], [0, 0], [0, 0]]])
    patterns, (numbers,) = find_patterns([batch.astype(np.uint8)], grid=2)
    assert patterns.cells.tolist() == [[0, 0], [1, 3], [1, 9], [2, 0]]
    assert patterns.counts.tolist() == [3, 1, 3, 1]
    assert numbers.tolist() == [[3, 2, 0, 2], [2, 1, 0, 0]]
    assert patterns.grid == 2


def test_pattern_0_is_empty_even_where_no_cell_is() -> None:
    patterns, (numbers,) = find_patterns([np.full((1, 4, 2), 7, dtype=np.uint8)], grid=2)
    assert patterns.cells.tolist() == [[0, 0], [7, 7]]
    assert patterns.counts.tolist() == [0, 4]
    assert numbers.tolist() == [[1, 1, 1, 1]]


@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 6), st.just(4), st.just(2)), elements=st.integers(0, 3)
    ),
    st.integers(1, 6),
)
def test_numbers_lead_back_to_the_cells_however_they_are_batched(cells: Cells, size: int) -> None:
    batches = [cells[start : start + size] for start in range(0, len(cells), size)]
    patterns, numbered = find_patterns(batches, grid=2)
    joined = np.concatenate(numbered)
    np.testing.assert_array_equal(patterns.cells[joined], cells)
    np.testing.assert_array_equal(
        np.bincount(joined.ravel(), minlength=len(patterns.counts)), patterns.counts
    )
    whole, _ = find_patterns([cells], grid=2)
    np.testing.assert_array_equal(patterns.cells, whole.cells)
    assert not patterns.cells[0].any()
    rows = [row.tobytes() for row in patterns.cells]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("grid", [8, 16, 32])
def test_real_glyphs_survive_the_store(tmp_path: Path, grid: int) -> None:
    masks = np.stack([raster.mask for raster in list(rasters_of("tajawal").values())[::6]])
    ids = np.arange(len(masks)) * 3 + 1
    cells = slice_cells(masks, grid)
    patterns, numbered = find_patterns([cells[:7], cells[7:]], grid)
    path = tmp_path / "cells.lmdb"
    write_cells(path, patterns, zip(ids.tolist(), np.concatenate(numbered), strict=True))
    with Records(path) as store:
        stored = read_patterns(store)
        assert stored.grid == grid
        np.testing.assert_array_equal(stored.cells, patterns.cells)
        np.testing.assert_array_equal(stored.counts, patterns.counts)
        np.testing.assert_array_equal(store.glyph_ids(), ids)
        grids = read_pattern_grids(store, ids[::-1])
    assert grids.dtype == np.uint32
    np.testing.assert_array_equal(assemble(stored.cells[grids], grid), masks[::-1])


def test_nothing_to_slice_is_refused() -> None:
    with pytest.raises(ValueError, match="no glyphs to slice"):
        find_patterns([], 16)
