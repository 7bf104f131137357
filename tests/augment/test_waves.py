"""Hands of another kind: tight setting by hand, whole characters, and what the strength does."""

import pytest
import torch
from scipy import ndimage
from torch import Tensor

from rasm.augment.waves import tightly, waved
from rasm.raster.tensors import pack_bits


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ring(top: int, left: int, side: int) -> Tensor:
    """Packed outline of a square in 96 x 96 pixels."""
    mask = torch.zeros(96, 96)
    mask[top : top + side, left : left + side] = 1
    mask[top + 1 : top + side - 1, left + 1 : left + side - 1] = 0
    return pack_bits(mask[None])


WHOLE = ring(4, 4, 88)


def box(picture: Tensor) -> list[int]:
    """First row, end of rows, first column, end of columns of what is more than half ink."""
    ink = picture[0] > 0.5
    rows, columns = ink.any(dim=1).nonzero(), ink.any(dim=0).nonzero()
    return [int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1]


def test_ink_is_set_tightly_by_hand() -> None:
    """A box of 10 x 20 pixels: 20 x 1.12 are shown on 56, so it is 25 x 50, in the middle."""
    picture = torch.zeros(1, 1, 40, 40)
    picture[..., 3:13, 15:35] = 1
    placed = tightly(picture, 56)
    assert placed.shape == (1, 1, 56, 56)
    assert box(placed[0]) == pytest.approx([15.5, 40.5, 3, 53], abs=0.6)
    torch.testing.assert_close(tightly(picture.roll((20, -10), (2, 3)), 56), placed)
    torch.testing.assert_close(tightly(picture.mT, 56), placed.mT)


def test_pictures_are_set_tightly_each_on_its_own() -> None:
    pictures = torch.zeros(2, 1, 40, 40)
    pictures[0, :, 3:13, 15:35] = 1
    pictures[1, :, 30:34, 2:5] = 1
    together = tightly(pictures, 56)
    for number in range(2):
        assert torch.equal(together[number], tightly(pictures[number : number + 1], 56)[0])


@pytest.mark.parametrize("grey", [0.0, 0.3])
def test_without_ink_a_picture_is_shown_whole(grey: float) -> None:
    """A 1.12th of the new side is the old one; nothing is divided by an empty box."""
    placed = tightly(torch.full((1, 1, 40, 40), grey), 56)
    torch.testing.assert_close(placed[..., 4:52, 4:52], torch.full((1, 1, 48, 48), grey))
    assert placed[..., 0, :].abs().max() == 0


@pytest.mark.parametrize("skeleton", [WHOLE, ring(10, 40, 40), ring(50, 5, 30)])
def test_strength_0_only_sets_a_character_tightly(skeleton: Tensor) -> None:
    """Its square of ink is 64 / 1.12 = 57 pixels wide in the middle, whatever it was before."""
    for seed in range(4):  # of pens 3, 4 and 5
        picture = waved(skeleton, 0, 64, seeded(seed))
        assert picture.shape == (1, 1, 64, 64)
        assert box(picture[0]) == pytest.approx([3.5, 60.5, 3.5, 60.5], abs=1.6)


def test_characters_stay_whole() -> None:
    """A ring that is cut off holds nothing."""
    pictures = waved(WHOLE.repeat(100, 1), 1, 64, seeded(0))
    holes = [ndimage.label(~(picture[0] > 0.25).numpy())[1] - 1 for picture in pictures]
    assert sum(count >= 1 for count in holes) >= 98


def test_a_generator_decides_alone() -> None:
    before = torch.get_rng_state()
    once = waved(WHOLE.repeat(3, 1), 1, 64, seeded(3))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(waved(WHOLE.repeat(3, 1), 1, 64, seeded(3)), once)
    assert not torch.equal(waved(WHOLE.repeat(3, 1), 1, 64, seeded(4)), once)
    assert not torch.equal(once[0], once[1])


def test_strength_bends_more() -> None:
    skeletons = WHOLE.repeat(20, 1)
    straight = waved(skeletons, 0, 64, seeded(0))
    change = []
    for strength in (0.02, 0.06, 0.2):
        bent = waved(skeletons, strength, 64, seeded(0))  # by the same waves
        change.append(float((bent - straight).abs().mean()))
    assert change == sorted(change) and change[0] > 0.005


@pytest.mark.parametrize("strength", [0, 1, 5])
def test_values_are_between_0_and_1_however_bent(strength: float) -> None:
    pictures = waved(WHOLE.repeat(30, 1), strength, 64, seeded(1))
    assert pictures.isfinite().all() and pictures.min() >= 0 and pictures.max() <= 1
