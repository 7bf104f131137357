"""Glyphs are cut out, scaled and set into the corner, whatever picture they come in."""

import numpy as np
import torch

from rasm.inputs.glyphs import GlyphInputParams, GlyphInputs
from rasm.inputs.pictures import PixelArray
from rasm.raster.tensors import unpack_bits


def bar(height: int, width: int, size: int = 64, paper: int = 250) -> PixelArray:
    """A bar somewhere in a picture, dark on light."""
    picture = np.full((size, size), paper, dtype=np.uint8)
    start = size // 4
    picture[start : start + height, start + 1 : start + 1 + width] = 10
    return picture


def seen(*pictures: PixelArray) -> GlyphInputs:
    params = GlyphInputParams(kind="glyphs", picture=32, size=16)
    return params.inputs(pictures, torch.device("cpu"))


def test_the_longer_side_fills_the_picture_from_the_corner() -> None:
    """24 x 12 pixels become 32 x 16."""
    mask = unpack_bits(seen(bar(24, 12)).rasters)[0]
    assert mask[:, :16].all() and not mask[:, 16:].any()


def test_size_place_polarity_and_colour_do_not_matter() -> None:
    small = bar(8, 4, 32)
    pictures = [bar(24, 12), 255 - bar(24, 12), small, np.stack([small] * 3, axis=2)]
    rasters = seen(*pictures).rasters
    assert (rasters == rasters[0]).all()


def test_the_network_reads_shares_of_ink() -> None:
    """A bar of 32 x 5 pixels covers two columns of sixteen whole and half of the third."""
    clean = seen(bar(32, 5)).clean(torch.tensor([0]))
    assert clean.shape == (1, 1, 16, 16)
    assert clean[0, 0, 7].tolist() == [1, 1, 0.5] + 13 * [0]
