"""Distances by hand and against Euclid's, and channels as the network is given them."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from rasm.raster.bit_planes import dilate, to_packed, to_words
from rasm.raster.channels import REACH, Channel, stack_channels
from rasm.raster.tensors import pack_bits, unpack_bits
from tests.raster.drawn import drawing
from tests.raster.real_glyphs import rasters_of

ALL: list[Channel] = ["ink", "distance", "skeleton"]


def glyphs() -> Tensor:
    masks = np.stack([raster.mask for raster in rasters_of("tajawal").values()])
    return torch.from_numpy(masks[::7]).float()


def steps(masks: Tensor) -> Tensor:
    """Whole steps to the nearest pixel of the other kind, (N, S, S), negative in the background."""
    distance = stack_channels(masks, ["ink", "distance"])[:, 1] * REACH
    return distance + 0.5 * distance.sign()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            ["#######"] * 5, ["1111111", "1222221", "1233321", "1222221", "1111111"], id="bar"
        ),
        pytest.param(
            ["###......"] * 3 + ["#########"] * 3,
            ["111abcccc", "121abbbbb", "121aaaaaa", "122111111", "122222221", "111111111"],
            id="L",
        ),
        pytest.param(
            ["#####", "#...#", "#...#", "#...#", "#####"],
            ["11111", "1aaa1", "1aba1", "1aaa1", "11111"],
            id="ring",
        ),
    ],
)
def test_by_hand(rows: list[str], expected: list[str]) -> None:
    """Digits count steps in ink, letters in the background; outside the picture is background."""
    found = steps(drawing(rows, 16)[None])[0]
    for row, values in zip(expected, found[: len(rows)], strict=True):
        wanted = [int(dot) if dot.isdigit() else ord("a") - 1 - ord(dot) for dot in row]
        assert values[: len(row)].tolist() == wanted


def test_steps_from_a_point_are_octagons() -> None:
    """By 4, 8, 4, 8 and again 4 neighbours: the octagon of step 5 has corners at (5, 2), (2, 5)."""
    mask = torch.zeros(1, 32, 32)
    mask[0, 10, 10] = 1
    quadrant = [
        [0, 1, 2, 3, 4, 5],
        [1, 2, 2, 3, 4, 5],
        [2, 2, 3, 4, 4, 5],
        [3, 3, 4, 4, 5, 6],
        [4, 4, 4, 5, 6, 7],
        [5, 5, 5, 6, 7, 7],
    ]
    found = -steps(mask)[0]
    found[10, 10] = 0
    assert found[10:16, 10:16].tolist() == quadrant
    assert found[5:11, 5:11].flip(0, 1).tolist() == quadrant


def test_distance_is_near_euclid_s() -> None:
    """The octagon of d steps, s of them by 8 neighbours, reaches |x| <= d and |x| + |y| <= d + s.

    So what is d steps away lies no farther than its corner, and outside the octagon before.
    """
    squares = np.array([2 * (d // 5) + d % 5 // 2 for d in range(REACH + 1)])
    masks = glyphs()
    for mask, found in zip(masks.numpy() > 0, steps(masks).int().numpy(), strict=True):
        np.testing.assert_array_equal(found > 0, mask)
        inside = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
        euclid = np.where(mask, inside, ndimage.distance_transform_edt(~mask))
        d = np.abs(found)
        assert (euclid >= np.minimum(d, (d + squares[d - 1]) / 2**0.5) - 1e-6).all()
        assert (euclid <= np.hypot(d, squares[d]) + 1e-6)[d < REACH].all()


@pytest.mark.parametrize(("fill", "sign"), [(0.0, -1), (1.0, 1)])
def test_a_picture_of_one_kind_is_far_from_edges(fill: float, sign: int) -> None:
    """Outside the picture is background, so a full one has an edge all around."""
    found = steps(torch.full((1, 64, 64), fill))[0]
    assert (found[REACH:-REACH, REACH:-REACH] == sign * REACH).all()
    assert (found[0] == (1 if fill else -REACH)).all()


def test_distances_are_scaled_to_one() -> None:
    values = stack_channels(glyphs(), ALL)[:, 1]
    assert values.abs().min() == 0.5 / REACH
    assert values.abs().max() == 1 - 0.5 / REACH


def test_discs_along_the_skeleton_are_the_glyph_again() -> None:
    """Octagons as large as their distance to the edge stay in the ink and cover all but corners."""
    masks = glyphs()
    skeleton = stack_channels(masks, ALL)[:, 2]
    radius = steps(masks)
    drawn = torch.zeros_like(to_words(pack_bits(masks)))
    for size in range(1, REACH + 1):
        words = to_words(pack_bits(skeleton * (radius == size)))
        for step in range(1, size):
            words = dilate(words, square=step % 5 in (2, 4))
        drawn |= words
    again = unpack_bits(to_packed(drawn))[: len(masks)]
    assert (again <= masks).all()
    assert again.sum() > 0.9 * masks.sum()


@pytest.mark.parametrize("names", [["ink"], ["ink", "skeleton"], ALL, ["ink", *ALL[:0:-1]]])
def test_channels_come_in_the_order_of_their_names(names: list[Channel]) -> None:
    masks = glyphs()
    stacked = stack_channels(masks, names)
    assert stacked.shape == (len(masks), len(names), 128, 128)
    assert stacked.dtype == torch.float32
    assert torch.equal(stacked[:, 0], masks)
    for place, name in enumerate(names):
        assert torch.equal(stacked[:, place], stack_channels(masks, ALL)[:, ALL.index(name)])


@pytest.mark.parametrize("size", [16, 64, 128])
def test_a_picture_s_channels_do_not_depend_on_its_company(size: int) -> None:
    masks = glyphs()[:70, :size, :size].contiguous()
    together = stack_channels(masks, ALL)
    for number in (0, 1, len(masks) - 1):
        assert torch.equal(stack_channels(masks[number : number + 1], ALL)[0], together[number])
