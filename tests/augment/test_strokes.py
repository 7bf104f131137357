"""Bolder and lighter strokes, pixel by pixel."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from rasm.augment.distort import change_weight
from rasm.raster.packing import pack

CROSS = ndimage.generate_binary_structure(2, 1)
SQUARE = ndimage.generate_binary_structure(2, 2)


def changed(mask: np.ndarray, step: int, rim: int = 8) -> np.ndarray:
    packed = torch.from_numpy(pack(mask[None]))
    return change_weight(packed, torch.tensor([step]), rim)[0].numpy() > 0


def blob(size: int = 128) -> np.ndarray:
    noise = ndimage.gaussian_filter(np.random.default_rng(4).random((size, size)), 4)
    return np.asarray(noise > np.median(noise))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (1, ["..#..", ".###.", "..#.."]),
        (2, [".###.", "#####", "#####", "#####", ".###."]),
    ],
)
def test_a_dot_becomes_a_diamond_and_then_an_octagon(step: int, expected: list[str]) -> None:
    mask = np.zeros((64, 64), dtype=bool)
    mask[20, 30] = True
    tall, wide = len(expected), len(expected[0])
    around = changed(mask, step)[28 - tall // 2 :, 38 - wide // 2 :]
    assert ["".join(".#"[int(dot)] for dot in row[:wide]) for row in around[:tall]] == expected
    assert around.sum() == sum(row.count("#") for row in expected)


@pytest.mark.parametrize("step", [-3, -2, -1, 0, 1, 2, 3, 4, 7])
def test_it_is_what_scipy_says_across_words_and_up_to_the_rim(step: int) -> None:
    """128 pixels and two rims lie in three words of 64; a blob crosses all their borders."""
    expected = np.pad(blob(), 8)
    for number in range(1, abs(step) + 1):
        structure = CROSS if number % 2 else SQUARE
        if step > 0:
            expected = ndimage.binary_dilation(expected, structure)
        else:
            expected = ndimage.binary_erosion(expected, structure)
    np.testing.assert_array_equal(changed(blob(), step), expected)


def test_each_picture_has_its_own_step() -> None:
    packed = torch.from_numpy(pack(np.stack([blob()] * 3)))
    together = change_weight(packed, torch.tensor([2, 0, -2]), 8)
    for row, step in enumerate((2, 0, -2)):
        alone = change_weight(packed[:1], torch.tensor([step]), 8)
        assert torch.equal(together[row], alone[0])


def test_a_hair_line_is_not_wiped_out() -> None:
    mask = np.zeros((64, 64), dtype=bool)
    mask[10:40, 20] = True
    np.testing.assert_array_equal(changed(mask, -2), np.pad(mask, 8))


def test_without_a_rim_ink_stays_inside() -> None:
    mask = np.zeros((64, 64), dtype=bool)
    mask[0, 0] = True
    drawn = changed(mask, 1, rim=0)
    assert drawn.shape == (64, 64)
    assert set(zip(*map(list, np.nonzero(drawn)), strict=True)) == {(0, 0), (0, 1), (1, 0)}
