"""Branches that move by themselves: what each trait of a hand does, in its unit."""

import math

import pytest
import torch
from torch import Tensor

from rasm.augment.pen import Hand, articulated
from rasm.raster.branches import Branches
from rasm.raster.tensors import pack_bits, unpack_bits
from tests.augment.hands import hand
from tests.raster.test_branches import BAR, CROSS, LADDER, TWO_BARS, skeleton

MANY = 2000


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def moved(mask: Tensor, how: Hand, times: int = MANY) -> Tensor:
    """`mask` (S, S) moved again and again, (times, S, S)."""
    branches = Branches.of(pack_bits(mask[None]))
    rows = torch.zeros(times, dtype=torch.int64)
    return unpack_bits(articulated(branches, rows, how, seeded()))


def rows_of_ink(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Of each picture the mean row of its ink, and the standard deviation of rows."""
    line = torch.arange(pictures.shape[1])
    ink = pictures.sum(dim=2)
    mean = (ink * line).sum(dim=1) / ink.sum(dim=1)
    away = (line - mean[:, None]) ** 2
    return mean, ((ink * away).sum(dim=1) / ink.sum(dim=1)).sqrt()


def test_a_steady_hand_moves_nothing() -> None:
    skeletons = pack_bits(torch.stack([BAR, CROSS, LADDER]))
    rows = torch.tensor([2, 0, 0, 1])
    drawn = articulated(Branches.of(skeletons), rows, hand(), seeded())
    assert torch.equal(drawn, skeletons[rows])


def test_shift_is_in_half_pictures_and_keeps_the_shape() -> None:
    box = skeleton((40, 40, 50, 41))  # far from the borders
    pictures = moved(box, hand(branch_shift=0.1))
    means, _ = rows_of_ink(pictures)
    assert float(means.mean()) == pytest.approx(44.5, abs=0.4)
    assert float(means.std()) == pytest.approx(0.1 * 48, rel=0.06)
    assert (pictures.sum(dim=(1, 2)) == 10).all()


def test_branches_move_by_themselves() -> None:
    pictures = moved(TWO_BARS, hand(branch_shift=0.05))
    left, right = (rows_of_ink(part)[0] for part in (pictures[:, :, :40], pictures[:, :, 40:]))
    assert abs(float(torch.corrcoef(torch.stack([left, right]))[0, 1])) < 0.1


def test_a_line_that_is_one_branch_turns_about_its_middle() -> None:
    pictures = moved(BAR, hand(branch_rotate=0.1))
    means, _ = rows_of_ink(pictures)
    torch.testing.assert_close(means, torch.full((MANY,), 44.5), atol=0.5, rtol=0)
    y, x = (axis.float() for axis in torch.meshgrid(*[torch.arange(96)] * 2, indexing="ij"))
    ink = pictures / pictures.sum(dim=(1, 2), keepdim=True)
    down = y - (ink * y).sum(dim=(1, 2), keepdim=True)
    slope = (ink * x * down).sum(dim=(1, 2)) / (ink * down**2).sum(dim=(1, 2))
    assert float(slope.atan().std()) == pytest.approx(0.1, rel=0.08)


def test_aspect_is_a_logarithm() -> None:
    _, spread = rows_of_ink(moved(BAR, hand(branch_aspect=0.1)))
    _, before = rows_of_ink(BAR[None])
    factor = (spread / before).log()
    assert float(factor.mean()) == pytest.approx(0, abs=0.02)
    assert float(factor.std()) == pytest.approx(0.1, rel=0.12)


def test_what_leaves_the_picture_is_cut_off() -> None:
    wild = hand(branch_shift=2.0, branch_rotate=math.pi, branch_aspect=0.5)
    pictures = moved(LADDER, wild, times=50)
    assert pictures.shape == (50, 96, 96)
    assert (pictures.sum(dim=(1, 2)) < LADDER.sum()).any()


def test_a_generator_decides() -> None:
    branches = Branches.of(pack_bits(LADDER[None]))
    rows, how = torch.zeros(3, dtype=torch.int64), hand(branch_shift=0.1)
    once, again, other = (articulated(branches, rows, how, seeded(s)) for s in (1, 1, 2))
    assert torch.equal(once, again) and not torch.equal(once, other)
    assert not torch.equal(once[0], once[1])
