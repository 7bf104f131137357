"""Pictures as bits of words: there and back, and what is a neighbour."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from rasm.raster.bit_planes import dilate, erode, select, to_packed, to_words
from rasm.raster.packing import pack

STRUCTURES = {
    False: ndimage.generate_binary_structure(2, 1),
    True: ndimage.generate_binary_structure(2, 2),
}

both_neighbourhoods = pytest.mark.parametrize("square", [False, True])


def noise(count: int, size: int) -> np.ndarray:
    """Masks from nearly empty to nearly full."""
    shares = np.linspace(0.02, 0.98, count)[:, None, None]
    return np.asarray(np.random.default_rng(count).random((count, size, size)) < shares)


def packed(masks: np.ndarray) -> Tensor:
    return torch.from_numpy(pack(masks))


def masks_of(words: Tensor, count: int, size: int) -> np.ndarray:
    bits = np.unpackbits(to_packed(words)[:count].numpy(), axis=1)
    return bits.reshape(count, size, size).astype(bool)


@pytest.mark.parametrize("count", [1, 64, 65])
@pytest.mark.parametrize("size", [8, 12, 16, 128])
def test_a_picture_is_one_bit_of_every_word(count: int, size: int) -> None:
    masks = noise(count, size)
    stored = packed(masks)
    words = to_words(stored)
    assert words.shape == (-(-count // 64), size, size)
    for number in range(count):
        bits = (words[number // 64] >> (number % 64)) & 1
        np.testing.assert_array_equal(bits.numpy(), masks[number])
    assert torch.equal(stored, packed(masks)), "the input was written to"


@pytest.mark.parametrize("count", [1, 64, 65])
@pytest.mark.parametrize("size", [8, 12, 16, 128])
def test_there_and_back(count: int, size: int) -> None:
    stored = packed(noise(count, size))
    words = to_words(stored)
    before = words.clone()
    back = to_packed(words)
    assert torch.equal(back[:count], stored)
    assert len(back) == -(-count // 64) * 64 and not back[count:].any()
    assert torch.equal(words, before), "the input was written to"


@both_neighbourhoods
@pytest.mark.parametrize("size", [8, 128])
def test_dilation_and_erosion_are_scipy_s_with_background_outside(square: bool, size: int) -> None:
    masks = noise(66, size)
    words = to_words(packed(masks))
    grown, shrunk = (masks_of(op(words, square), 66, size) for op in (dilate, erode))
    for number, mask in enumerate(masks):
        structure = STRUCTURES[square]
        np.testing.assert_array_equal(grown[number], ndimage.binary_dilation(mask, structure))
        np.testing.assert_array_equal(shrunk[number], ndimage.binary_erosion(mask, structure))


def test_selected_pictures_and_no_others() -> None:
    chosen = torch.arange(70) % 3 == 0
    words = to_words(packed(np.ones((70, 8, 8), dtype=bool))) & select(chosen)
    np.testing.assert_array_equal(masks_of(words, 70, 8).all(axis=(1, 2)), chosen)
    np.testing.assert_array_equal(masks_of(words, 70, 8).any(axis=(1, 2)), chosen)
