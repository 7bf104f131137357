"""Pictures of every size, polarity and pen become the same thin lines, drawn anew."""

import json

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from rasm.training.pen_views import RIM, PenParams, PenViews, skeletons

from rasm.raster.pen import draw_evenly
from rasm.raster.tensors import pack_bits, unpack_bits
from tests.training.toy_pen import PEN

CPU = torch.device("cpu")
SHAKY = PEN.model_copy(update={"hand": PEN.hand.model_copy(update={"rotate": 0.2})})
Picture = NDArray[np.uint8]


def letter_t(pen: int, size: int = 96) -> Picture:
    """T of 64 x 64 pixels between the middles of its strokes, dark on light."""
    picture = np.full((size, size), 230, dtype=np.uint8)
    half, unit = pen * size // 192, size // 96
    picture[16 * unit - half : 16 * unit + half, 16 * unit - half : 80 * unit + half] = 20
    picture[16 * unit - half : 80 * unit + half, 48 * unit - half : 48 * unit + half] = 20
    return picture


def views(*pictures: Picture, params: PenParams = PEN) -> PenViews:
    return PenViews.of(pictures, params, CPU)


def test_masks_are_worn_down_to_lines() -> None:
    """Of a bar 3 pixels thick the middle row, also past the end of a chunk."""
    mask = torch.zeros(32, 32)
    mask[10:13, 4:28] = 1
    worn = unpack_bits(skeletons(pack_bits(mask.repeat(2050, 1, 1))))
    assert worn.shape == (2050, 32, 32)
    for number in (0, 2049):
        assert worn[number].sum() == worn[number, 11, 5:27].sum() == 22


def test_the_skeleton_lies_in_the_middle_within_the_rim() -> None:
    worn = unpack_bits(views(letter_t(4)).skeletons)[0]
    rows, columns = worn.nonzero().T
    assert RIM <= int(rows.min()) <= RIM + 2 and 95 - RIM - 2 <= int(rows.max()) <= 95 - RIM
    assert int(columns.min()) + int(columns.max()) == pytest.approx(95, abs=1)


def test_polarity_colour_and_size_do_not_matter() -> None:
    small, large = letter_t(4), letter_t(4, 192)
    coloured = np.stack([small, small // 2, small // 3], axis=2)
    seen = views(small, 255 - small, coloured, large).skeletons
    for number in range(1, 4):
        assert torch.equal(seen[number], seen[0])


def test_the_width_of_strokes_is_taken_away() -> None:
    """4 or 12 pixels wide: three times the ink, but not of what is seen."""
    thin, thick = letter_t(4), letter_t(12)
    assert (thick < 128).sum() > 2.7 * (thin < 128).sum()
    seen = views(thin, thick).clean(torch.arange(2)).sum(dim=(1, 2, 3))
    assert float(seen[1] / seen[0]) == pytest.approx(1, abs=0.2)


def test_clean_is_what_a_plain_hand_draws_of_the_rows() -> None:
    both = views(letter_t(4), letter_t(4).T)
    seen = both.clean(torch.tensor([1, 0, 1]))
    assert seen.shape == (3, both.channels, PEN.size, PEN.size)
    assert torch.equal(seen, draw_evenly(both.skeletons[[1, 0, 1]], PEN.pen_px, PEN.size))
    assert not torch.equal(seen[0], seen[1])


def test_a_steady_hand_trains_on_what_is_seen_in_use() -> None:
    rows = torch.tensor([0, 0])
    known = views(letter_t(4))
    assert torch.equal(known.train(rows, torch.Generator()), known.clean(rows))


def test_training_is_decided_by_the_generator() -> None:
    known, rows = views(letter_t(4), params=SHAKY), torch.tensor([0, 0])
    once, again = (known.train(rows, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(once, again) and once.shape == (2, 1, 64, 64)
    assert not torch.equal(once[0], once[1])
    assert not torch.equal(known.train(rows, torch.Generator().manual_seed(6)), once)


def test_the_card_says_how_pictures_are_seen() -> None:
    card = json.loads(json.dumps(views(letter_t(4)).card))
    assert card.pop("kind") == "pen"
    assert PenParams.model_validate(card) == PEN


def test_a_blank_picture_is_named_by_its_place() -> None:
    with pytest.raises(ValueError, match=r"^picture 1: the picture is blank"):
        views(letter_t(4), np.full((9, 9), 200, dtype=np.uint8))


def test_no_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="there are no pictures"):
        views()


@pytest.mark.parametrize("wrong", [{"picture": 8}, {"picture": 92}, {"size": 0}, {"pen_px": 0}])
def test_impossible_sizes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        PenParams.model_validate({**PEN.model_dump(), **wrong})
