"""Glyphs are cut out, scaled and set into the corner, whatever picture they come in."""

import json

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from rasm.training.glyph_views import GlyphParams, GlyphViews

from rasm.augment.distort import Distortion
from rasm.raster.tensors import unpack_bits

CPU = torch.device("cpu")
STILL = Distortion(
    share=0.0,
    bolder_px=0,
    lighter_px=0,
    rotate=0.0,
    shear=0.0,
    aspect=0.0,
    stretch=0.0,
    blur_sigma_max=0.0,
    threshold=0.0,
)
PARAMS = GlyphParams(picture=32, size=16, distortion=STILL)
SHAKY = PARAMS.model_copy(
    update={"distortion": STILL.model_copy(update={"share": 0.5, "rotate": 0.3})}
)


def bar(height: int, width: int, size: int = 64, paper: int = 250) -> NDArray[np.uint8]:
    """A bar somewhere in a picture, dark on light."""
    picture = np.full((size, size), paper, dtype=np.uint8)
    start = size // 4
    picture[start : start + height, start + 1 : start + 1 + width] = 10
    return picture


def test_the_longer_side_fills_the_picture_from_the_corner() -> None:
    """24 x 12 pixels become 32 x 16."""
    seen = unpack_bits(GlyphViews.of([bar(24, 12)], PARAMS, CPU).rasters)[0]
    assert seen[:, :16].all() and not seen[:, 16:].any()


def test_size_place_polarity_and_colour_do_not_matter() -> None:
    small = bar(8, 4, 32)
    pictures = [bar(24, 12), 255 - bar(24, 12), small, np.stack([small] * 3, axis=2)]
    seen = GlyphViews.of(pictures, PARAMS, CPU).rasters
    assert (seen == seen[0]).all()


def test_the_network_reads_shares_of_ink() -> None:
    """A bar of 32 x 5 pixels covers two columns of sixteen whole and half of the third."""
    views = GlyphViews.of([bar(32, 5)], PARAMS, CPU)
    seen = views.clean(torch.tensor([0]))
    assert seen.shape == (1, 1, 16, 16)
    assert seen[0, 0, 7].tolist() == [1, 1, 0.5] + 13 * [0]


def test_a_share_is_distorted_in_training() -> None:
    views = GlyphViews.of([bar(24, 12)], SHAKY, CPU)
    rows = torch.zeros(200, dtype=torch.int64)
    seen = views.train(rows, torch.Generator().manual_seed(1))
    plain = (seen == views.clean(rows)).flatten(1).all(dim=1)
    assert 60 < int(plain.sum()) < 140
    assert torch.equal(seen, views.train(rows, torch.Generator().manual_seed(1)))


def test_a_blank_picture_is_named() -> None:
    with pytest.raises(ValueError, match="picture 1: .*blank"):
        GlyphViews.of([bar(24, 12), np.full((9, 9), 7, dtype=np.uint8)], PARAMS, CPU)


def test_no_pictures_are_an_error() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        GlyphViews.of([], PARAMS, CPU)


def test_sizes_must_divide() -> None:
    with pytest.raises(ValidationError, match="must divide"):
        GlyphParams(picture=32, size=24, distortion=STILL)


def test_the_card_holds_the_params() -> None:
    card = json.loads(json.dumps(GlyphViews.of([bar(24, 12)], SHAKY, CPU).card))
    assert card.pop("kind") == "glyph"
    assert GlyphParams.model_validate(card) == SHAKY
