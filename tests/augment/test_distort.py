"""Glyphs as other fonts would draw them: tight again, and changed as asked; strokes by pixels."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from rasm.augment.distort import Distortion, change_weight, choose, distort
from rasm.raster.packing import pack
from rasm.raster.tensors import unpack_bits

CROSS = ndimage.generate_binary_structure(2, 1)
SQUARE = ndimage.generate_binary_structure(2, 2)
STILL: dict[str, Any] = {
    "share": 1,
    "bolder_px": 0,
    "lighter_px": 0,
    "rotate": 0,
    "shear": 0,
    "aspect": 0,
    "stretch": 0,
    "bend": 0,
    "blur_sigma_max": 0,
    "threshold": 0,
}
ALL = {
    **STILL,
    "bolder_px": 4,
    "lighter_px": 2,
    "rotate": 0.1,
    "shear": 0.2,
    "aspect": 0.2,
    "stretch": 0.3,
    "bend": 0.1,
    "threshold": 0.1,
}


def letter(side: int = 128) -> np.ndarray:
    """A bar standing on a longer foot, tight in the corner, its longer side `side` pixels."""
    mask = np.zeros((128, 128), dtype=bool)
    mask[:side, : side // 8] = True
    mask[side - side // 6 : side, : side * 3 // 4] = True
    return mask


def packed(count: int = 1, side: int = 128) -> Tensor:
    return torch.from_numpy(pack(np.stack([letter(side)] * count)))


def distorted(inputs: Tensor, seed: int = 5, **amounts: Any) -> Tensor:
    settings = Distortion(**{**STILL, **amounts})
    return distort(inputs, settings, torch.Generator().manual_seed(seed))


def box(mask: Tensor) -> tuple[int, int, int, int]:
    rows, columns = torch.nonzero(mask.any(dim=1)), torch.nonzero(mask.any(dim=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


@pytest.mark.parametrize("side", [64, 96, 128])
def test_without_amounts_nothing_changes(side: int) -> None:
    assert torch.equal(distorted(packed(3, side)), unpack_bits(packed(3, side)))


@pytest.mark.parametrize(("bend", "most"), [(0.0, 1), (0.1, 4)])
@pytest.mark.parametrize("side", [64, 128])
def test_a_distorted_glyph_is_tight_and_as_long_as_before(
    side: int, bend: float, most: int
) -> None:
    """Diacritics keep to half of the picture, and their corner."""
    for mask in distorted(packed(60, side), **{**ALL, "bend": bend}):
        top, left, bottom, right = box(mask)
        assert max(top, left) <= most
        assert abs(max(bottom, right) - side) <= most


def test_pictures_stay_black_and_white_and_differ() -> None:
    masks = distorted(packed(30), **{**ALL, "blur_sigma_max": 0.8})
    assert set(masks.unique().tolist()) == {0.0, 1.0}
    assert len({mask.numpy().tobytes() for mask in masks}) == 30


def test_the_same_seed_gives_the_same_pictures() -> None:
    assert torch.equal(distorted(packed(4), **ALL), distorted(packed(4), **ALL))
    assert not torch.equal(distorted(packed(4), **ALL), distorted(packed(4), seed=6, **ALL))


def test_bolder_fills_more_of_the_box_and_lighter_less() -> None:
    share = letter()[:, :96].mean()
    for name, sign in (("bolder_px", 1), ("lighter_px", -1)):
        for mask in distorted(packed(20), **{name: 6}):
            _, _, bottom, right = box(mask)
            assert sign * (float(mask[:bottom, :right].mean()) - share) >= -0.01


def test_shear_slants_by_what_was_asked() -> None:
    """The foot lies at the bottom: the bar's top moves by shear times height against it."""
    bar = np.zeros((128, 128), dtype=bool)
    bar[:, :8] = True
    inputs = torch.from_numpy(pack(np.stack([bar] * 50)))
    shifts = []
    for mask in distorted(inputs, shear=0.3):
        middle = [float(torch.nonzero(row)[:, 0].float().mean()) for row in (mask[4], mask[123])]
        shifts.append((middle[1] - middle[0]) / 119)
    assert max(shifts) <= 0.31
    assert min(shifts) >= -0.31
    assert max(shifts) > 0.2
    assert min(shifts) < -0.2


def test_aspect_changes_the_sides_ratio_by_a_factor() -> None:
    """e ** +-0.2 of 3 / 4 lies between 0.61 and 0.92."""
    ratios = []
    for mask in distorted(packed(50), aspect=0.2):
        _, _, bottom, right = box(mask)
        ratios.append(right / bottom)
    assert 0.6 < min(ratios) < 0.65
    assert 0.87 < max(ratios) < 0.93


def test_stretch_moves_the_inside_and_not_the_box() -> None:
    heights = set()
    for mask in distorted(packed(50), stretch=0.4):
        assert box(mask) == (0, 0, 128, 96)
        heights.add(int(mask[:, 80].sum()))  # the foot's thickness, 21 pixels as drawn
    assert min(heights) < 18
    assert max(heights) > 24


def test_bend_moves_what_lies_inside_by_no_more_than_was_asked() -> None:
    """A rule across the middle of a frame of corners: its ends stay and its middle wanders."""
    ruled = np.zeros((128, 128), dtype=bool)
    ruled[60:68] = ruled[:8] = ruled[-8:] = True
    inputs = torch.from_numpy(pack(np.stack([ruled] * 40)))
    middles = []
    for mask in distorted(inputs, bend=0.15):
        inner = mask[20:108]
        places = [float(torch.nonzero(inner[:, x])[:, 0].float().mean()) for x in (1, 64, 126)]
        assert abs(places[0] - 43.5) < 3
        assert abs(places[2] - 43.5) < 3
        middles.append(places[1] - 43.5)
        assert box(mask) == (0, 0, 128, 128)
    assert 8 < max(map(abs, middles)) < 0.15 * 128 * 1.1
    assert min(middles) < 0 < max(middles)


def test_a_picture_that_would_lose_a_stroke_is_not_thinned() -> None:
    """A block alone loses two pixels a side; beside a hairline it loses none."""
    block = np.zeros((128, 128), dtype=bool)
    block[10:110, 60:100] = True
    both = block.copy()
    both[10:110, 20] = True
    assert int(changed(block, -2)[68].sum()) == 36
    np.testing.assert_array_equal(changed(both, -2), np.pad(both, 8))


def test_a_share_is_chosen() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = choose(2000, 0.7, generator)
    assert 1300 < len(rows) < 1500
    assert len(rows.unique()) == len(rows)
    assert int(rows.max()) < 2000
    assert len(choose(50, 0.0, generator)) == 0
    assert len(choose(50, 1.0, generator)) == 50


def test_of_no_glyphs_come_no_pictures() -> None:
    assert distorted(packed(1)[:0], **ALL).shape == (0, 128, 128)


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
    structures = [CROSS if number % 2 else SQUARE for number in range(1, abs(step) + 1)]
    thinned = thickened = np.pad(blob(), 8)
    for structure in structures:
        thinned = ndimage.binary_erosion(thinned, structure)
        thickened = ndimage.binary_dilation(thickened, structure)
    if step >= 0:
        np.testing.assert_array_equal(changed(blob(), step), thickened)
        return
    strong = thinned  # without what is too thin for it
    for structure in structures:
        strong = ndimage.binary_dilation(strong, structure)
    np.testing.assert_array_equal(changed(strong[8:-8, 8:-8], step), thinned)


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
