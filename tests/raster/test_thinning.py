"""Skeletons by hand, and that no part, hole or place in the middle is lost on the way."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from rasm.raster.bit_planes import to_packed, to_words
from rasm.raster.tensors import pack_bits, unpack_bits
from rasm.raster.thinning import LAYERS, thin
from tests.raster.drawn import drawing, text
from tests.raster.real_glyphs import rasters_of

ALL_AROUND = np.ones((3, 3))


def skeletons(masks: Tensor) -> Tensor:
    return unpack_bits(to_packed(thin(to_words(pack_bits(masks))))[: len(masks)])


def glyphs() -> Tensor:
    masks = np.stack([raster.mask for raster in rasters_of("tajawal").values()])
    return torch.from_numpy(masks[::7]).float()


def parts_and_holes(mask: Tensor) -> tuple[int, int]:
    """Numbers of regions: ink joined along sides and corners, background along sides alone."""
    ink = np.pad(mask.numpy() > 0, 1)
    return ndimage.label(ink, ALL_AROUND)[1], ndimage.label(~ink)[1] - 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["########"] * 3, ["........", ".######.", "........"], id="bar"),
        pytest.param(
            ["########"] * 4, ["........", ".######.", ".######.", "........"], id="even bar"
        ),
        pytest.param(
            ["###......"] * 4 + ["#########"] * 3,
            [
                ".........",
                ".#.......",
                ".#.......",
                ".#.......",
                ".##......",
                ".#######.",
                ".........",
            ],
            id="L",
        ),
        pytest.param(
            ["#########"] * 3 + ["###...###"] * 3 + ["#########"] * 3,
            [
                ".........",
                ".#######.",
                ".##...##.",
                ".#.....#.",
                ".#.....#.",
                ".#.....#.",
                ".##...##.",
                ".#######.",
                ".........",
            ],
            id="ring",
        ),
        pytest.param(
            [".###.", "#####", "#####", "#####", ".###."],
            [".....", ".....", "..#..", ".....", "....."],
            id="dot",
        ),
        pytest.param(["#..#", ".##.", ".##.", "#..#"], ["#..#", ".##.", ".##.", "#..#"], id="thin"),
    ],
)
def test_by_hand(rows: list[str], expected: list[str]) -> None:
    assert text(skeletons(drawing(rows)[None])[0], rows) == expected


@pytest.mark.parametrize("thickness", [3, 5, 9, 15, 31])
def test_a_bar_s_middle_line_stays_however_bold_the_bar(thickness: int) -> None:
    mask = torch.zeros(64, 64)
    mask[32 - thickness // 2 : 33 + thickness // 2, :] = 1
    middle = skeletons(mask[None])[0, :, 16:48]
    assert middle[32].all() and middle.sum() == 32


def test_parts_stay_whole_and_holes_open() -> None:
    """Of real glyphs, and of noise that has every neighbourhood there is."""
    shares = torch.linspace(0.05, 0.95, 100)[:, None, None]
    noise = (torch.rand(100, 64, 64, generator=torch.Generator().manual_seed(0)) < shares).float()
    for masks in (glyphs(), noise):
        for mask, skeleton in zip(masks, skeletons(masks), strict=True):
            assert parts_and_holes(skeleton) == parts_and_holes(mask)
            assert (skeleton <= mask).all()


def test_a_skeleton_is_thin_and_its_own_skeleton() -> None:
    drawn = skeletons(glyphs())
    assert not any(ndimage.binary_erosion(mask, ALL_AROUND).any() for mask in drawn.numpy() > 0)
    assert torch.equal(skeletons(drawn), drawn)


def test_what_is_thicker_than_the_layers_keeps_a_core() -> None:
    mask = torch.ones(64, 64)
    core = skeletons(mask[None])[0]
    assert core[LAYERS : 64 - LAYERS, LAYERS : 64 - LAYERS].all()
    assert core[: LAYERS - 1, 32].sum() == 0


def test_a_picture_s_skeleton_does_not_depend_on_its_company() -> None:
    masks = glyphs()
    together = skeletons(masks)
    for number in (0, 1, len(masks) - 1):
        assert torch.equal(skeletons(masks[number : number + 1])[0], together[number])
