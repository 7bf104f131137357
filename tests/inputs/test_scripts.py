"""Pictures of every size, polarity and pen become the same thin lines, drawn anew."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from rasm.inputs.scripts import ScriptInputParams, ScriptInputs, skeletons
from rasm.raster.pen import draw_evenly
from rasm.raster.tensors import pack_bits, unpack_bits

PARAMS = ScriptInputParams(kind="scripts", picture=96, size=64, pen_px=4)
RIM = 4  # blank pixels around a skeleton
Picture = NDArray[np.uint8]


def letter_t(pen: int, size: int = 96) -> Picture:
    """T of 64 x 64 pixels between the middles of its strokes, dark on light."""
    picture = np.full((size, size), 230, dtype=np.uint8)
    half, unit = pen * size // 192, size // 96
    picture[16 * unit - half : 16 * unit + half, 16 * unit - half : 80 * unit + half] = 20
    picture[16 * unit - half : 80 * unit + half, 48 * unit - half : 48 * unit + half] = 20
    return picture


def seen(*pictures: Picture) -> ScriptInputs:
    return PARAMS.inputs(pictures, torch.device("cpu"))


def test_masks_are_worn_down_to_lines() -> None:
    """Of a bar 3 pixels thick the middle row, also past the end of a chunk."""
    mask = torch.zeros(32, 32)
    mask[10:13, 4:28] = 1
    worn = unpack_bits(skeletons(pack_bits(mask.repeat(2050, 1, 1))))
    assert worn.shape == (2050, 32, 32)
    for number in (0, 2049):
        assert worn[number].sum() == worn[number, 11, 5:27].sum() == 22


def test_the_skeleton_lies_in_the_middle_within_the_rim() -> None:
    worn = unpack_bits(seen(letter_t(4)).skeletons)[0]
    rows, columns = worn.nonzero().T
    assert RIM <= int(rows.min()) <= RIM + 2 and 95 - RIM - 2 <= int(rows.max()) <= 95 - RIM
    assert int(columns.min()) + int(columns.max()) == pytest.approx(95, abs=1)


def test_polarity_colour_and_size_do_not_matter() -> None:
    small, large = letter_t(4), letter_t(4, 192)
    coloured = np.stack([small, small // 2, small // 3], axis=2)
    found = seen(small, 255 - small, coloured, large).skeletons
    for number in range(1, 4):
        assert torch.equal(found[number], found[0])


def test_the_width_of_strokes_is_taken_away() -> None:
    """4 or 12 pixels wide: three times the ink, but not of what is seen."""
    thin, thick = letter_t(4), letter_t(12)
    assert (thick < 128).sum() > 2.7 * (thin < 128).sum()
    ink = seen(thin, thick).clean(torch.arange(2)).sum(dim=(1, 2, 3))
    assert float(ink[1] / ink[0]) == pytest.approx(1, abs=0.2)


def test_clean_is_what_an_even_pen_draws_of_the_rows() -> None:
    both = seen(letter_t(4), letter_t(4).T)
    expected = draw_evenly(both.skeletons[[1, 0, 1]], PARAMS.pen_px, PARAMS.size)
    assert torch.equal(both.clean(torch.tensor([1, 0, 1])), expected)
