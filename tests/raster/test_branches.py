"""Branches of skeletons that are drawn by hand, so that how many they have is known."""

import pytest
import torch
from torch import Tensor

from rasm.raster.bit_planes import to_packed, to_words
from rasm.raster.branches import MOST, Branches, junctions
from rasm.raster.tensors import pack_bits, unpack_bits

SIZE = 96


def skeleton(*lines: tuple[int, int, int, int]) -> Tensor:
    """Mask (SIZE, SIZE) of boxes (top, left, bottom, right)."""
    mask = torch.zeros(SIZE, SIZE)
    for top, left, bottom, right in lines:
        mask[top:bottom, left:right] = 1
    return mask


BAR = skeleton((10, 47, 80, 48))
THICK_BAR = skeleton((10, 47, 80, 49))
TWO_BARS = skeleton((10, 20, 80, 21), (10, 60, 80, 61))
CORNER = skeleton((10, 20, 80, 21), (79, 20, 80, 70))
TEE = skeleton((10, 10, 11, 80), (10, 45, 80, 46))
CROSS = skeleton((45, 10, 46, 80), (10, 45, 80, 46))
THICK_CROSS = skeleton((45, 10, 47, 80), (10, 45, 80, 47))
FRAME = skeleton((10, 10, 11, 81), (80, 10, 81, 81), (10, 10, 81, 11), (10, 80, 81, 81))
LADDER = skeleton((10, 20, 80, 21), (10, 60, 80, 61), (30, 20, 31, 60), (60, 20, 61, 60))
SPUR = skeleton((10, 47, 80, 48), (45, 48, 46, 54))
DOT = skeleton((40, 40, 42, 42))


def branches(*masks: Tensor) -> Branches:
    return Branches.of(pack_bits(torch.stack(masks)))


@pytest.mark.parametrize(
    ("mask", "count"),
    [
        *((BAR, 1), (THICK_BAR, 1), (TWO_BARS, 2), (CORNER, 1), (TEE, 3), (CROSS, 4)),
        *((THICK_CROSS, 4), (FRAME, 1), (LADDER, 8), (DOT, 1)),
    ],
)
def test_branches_by_hand(mask: Tensor, count: int) -> None:
    found = branches(mask)
    assert found.places.tolist() == mask.flatten().nonzero().flatten().tolist()
    assert set(found.numbers.tolist()) == set(range(count))


def test_an_arm_of_a_cross_is_one_branch() -> None:
    found = branches(CROSS)
    number = torch.full((SIZE * SIZE,), -1)
    number[found.places.long()] = found.numbers.long()
    arms = number.view(SIZE, SIZE)
    ends = [arms[45, 10], arms[45, 79], arms[10, 45], arms[79, 45]]
    assert len({int(end) for end in ends}) == 4
    assert (arms[45, 10:42] == ends[0]).all() and (arms[50:80, 45] == ends[3]).all()


def test_a_short_spur_belongs_to_the_line_beside_it() -> None:
    """A spur of six pixels cuts the bar, and is no third branch."""
    found = branches(SPUR)
    assert set(found.numbers.tolist()) == {0, 1}


def test_pictures_follow_each_other_and_are_taken_by_row() -> None:
    found = branches(BAR, TWO_BARS, DOT)
    assert found.starts.tolist() == [0, 70, 210, 214]
    picture, places, numbers = found.of_rows(torch.tensor([2, 0, 2]))
    assert picture.tolist() == [0] * 4 + [1] * 70 + [2] * 4
    dot, bar = (mask.flatten().nonzero().flatten() for mask in (DOT, BAR))
    assert places.tolist() == torch.cat([dot, bar, dot]).tolist()
    assert numbers.tolist() == [0] * 78
    assert found.of_rows(torch.tensor([1]))[2].unique().tolist() == [0, 1]


def test_the_last_branch_takes_the_rest() -> None:
    bars = skeleton(*((y, x, y + 10, x + 1) for y in range(0, 84, 14) for x in range(0, 96, 5)))
    found = branches(bars)
    assert sorted(found.numbers.unique().tolist()) == list(range(MOST))
    assert (found.numbers == MOST - 1).sum() == 10 * (6 * 20 - (MOST - 1))


def test_a_junction_is_where_three_lines_leave() -> None:
    packed = pack_bits(torch.stack([CROSS, TEE, CORNER, BAR]))
    crossed = unpack_bits(to_packed(junctions(to_words(packed)))[:4])
    assert crossed[0, 45, 45] == 1 and crossed[1, 10, 45] == 1
    assert crossed[2:].sum() == 0, "a corner or an end is none"
    assert crossed[:2].sum(dim=(1, 2)).max() < 25, "it stays near the crossing"
