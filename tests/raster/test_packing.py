"""Eight pixels a byte, and back; pictures cut into cells, and put together again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from rasm.raster.packing import assemble, pack, slice_cells, unpack
from tests.raster.real_glyphs import rasters_of

GRIDS = [8, 16, 32]
masks = st.tuples(
    array_shapes(min_dims=0, max_dims=2, max_side=3), st.sampled_from([4, 8, 16, 32])
).flatmap(lambda drawn: arrays(np.bool_, (*drawn[0], drawn[1], drawn[1])))


@given(masks)
def test_round_trip(mask: NDArray[np.bool_]) -> None:
    packed = pack(mask)
    assert packed.shape == (*mask.shape[:-2], mask.shape[-1] ** 2 // 8)
    back = unpack(packed)
    assert back.dtype == np.bool_
    np.testing.assert_array_equal(back, mask)


def test_first_pixel_is_the_highest_bit() -> None:
    mask = np.zeros((8, 8), dtype=bool)
    mask[0, 0] = mask[1, 7] = True
    assert pack(mask).tolist() == [0b10000000, 0b00000001, 0, 0, 0, 0, 0, 0]


def test_a_picture_of_128_pixels_is_2048_bytes() -> None:
    assert pack(np.ones((128, 128), dtype=bool)).tobytes() == b"\xff" * 2048


@pytest.mark.parametrize("size", [None, 8])
def test_bytes_that_are_no_square_are_refused(size: int | None) -> None:
    with pytest.raises(ValueError, match="10 bytes are no"):
        unpack(np.zeros(10, dtype=np.uint8), size)


@given(
    st.tuples(st.integers(1, 2), st.sampled_from([64, 128])).flatmap(
        lambda drawn: arrays(np.bool_, (drawn[0], drawn[1], drawn[1]), fill=st.just(False))
    ),
    st.sampled_from([8, 16]),
)
def test_reassembled_cells_are_the_picture(masks: NDArray[np.bool_], grid: int) -> None:
    cells = slice_cells(masks, grid)
    assert cells.shape == (len(masks), grid**2, (masks.shape[1] // grid) ** 2 // 8)
    np.testing.assert_array_equal(assemble(cells, grid), masks)


@pytest.mark.parametrize("grid", GRIDS)
def test_real_glyphs_come_back(grid: int) -> None:
    masks = np.stack([raster.mask for raster in list(rasters_of("tajawal").values())[::10]])
    cells = slice_cells(masks, grid)
    assert cells.shape == (len(masks), grid**2, 2048 // grid**2)
    np.testing.assert_array_equal(assemble(cells, grid), masks)


@pytest.mark.parametrize("grid", GRIDS)
def test_cells_are_row_major_and_hold_their_own_pixels(grid: int) -> None:
    cell = 128 // grid
    mask = np.zeros((1, 128, 128), dtype=bool)
    mask[0, 2 * cell + 1, 5 * cell + 3] = True  # row 1, column 3 of the cell (2, 5)
    cells = unpack(slice_cells(mask, grid))[0]
    assert np.argwhere(cells).tolist() == [[2 * grid + 5, 1, 3]]


@pytest.mark.parametrize("grid", [3, 64])
def test_a_grid_that_does_not_cut_into_whole_bytes_is_refused(grid: int) -> None:
    with pytest.raises(ValueError, match=f"grid of {grid} "):
        slice_cells(np.zeros((1, 128, 128), dtype=bool), grid)
