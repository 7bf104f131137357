"""Eight pixels a byte, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from rasm.raster.packing import pack, unpack

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
