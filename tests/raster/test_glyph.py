"""The raster policy on squares and on real fonts: scale, anchor, upright, thresholds."""

import numpy as np
import pytest

from rasm.raster.fill import curve_bounds
from rasm.raster.glyph import Raster, RasterPolicy, draw, em_span
from rasm.raster.outline import Polygon, outline_of, outline_of_polygons
from tests.raster.real_glyphs import DEFAULT, glyphs_of, larger_side, rasters_of

SMALL = DEFAULT.model_copy(update={"size": 16, "diacritic_size": 8})


def box(left: float, bottom: float, right: float, top: float) -> Polygon:
    return np.array([[left, bottom], [right, bottom], [right, top], [left, top]], dtype=float)


def drawn(polygons: list[Polygon], span: float, policy: RasterPolicy = SMALL) -> Raster:
    return draw(outline_of_polygons(polygons), span, policy)


def test_a_wide_box_fills_the_width_from_the_top_left() -> None:
    """400 x 200 units at 16 pixels: 16 wide, 8 high, 0.04 pixels a unit."""
    raster = drawn([box(100, -50, 500, 150)], 1000)
    expected = np.zeros((16, 16), dtype=bool)
    expected[:8] = True
    np.testing.assert_array_equal(raster.mask, expected)
    assert raster.bbox == (100, -50, 500, 150)
    assert raster.scale == pytest.approx(0.04)
    assert raster.ratio == pytest.approx(0.4)
    assert (raster.target, raster.is_diacritic) == (16, False)


def test_centre_anchor_leaves_the_same_margin_on_both_sides() -> None:
    raster = drawn([box(0, 0, 400, 200)], 1000, SMALL.model_copy(update={"anchor": "center"}))
    expected = np.zeros((16, 16), dtype=bool)
    expected[4:12] = True
    np.testing.assert_array_equal(raster.mask, expected)


def test_a_centred_mark_has_margins_all_around() -> None:
    raster = drawn([box(0, 0, 100, 100)], 1000, SMALL.model_copy(update={"anchor": "center"}))
    expected = np.zeros((16, 16), dtype=bool)
    expected[4:12, 4:12] = True
    np.testing.assert_array_equal(raster.mask, expected)


def test_font_up_is_picture_up() -> None:
    """An L: a tall stroke on the left, a foot below to the right."""
    foot = drawn([box(0, 0, 100, 400), box(0, 0, 400, 100)], 1000).mask
    expected = np.zeros((16, 16), dtype=bool)
    expected[:, :4] = True
    expected[12:] = True
    np.testing.assert_array_equal(foot, expected)


@pytest.mark.parametrize(("side", "target"), [(249, 8), (250, 16), (251, 16)])
def test_smaller_than_a_quarter_of_the_em_span_is_a_mark(side: int, target: int) -> None:
    raster = drawn([box(0, 0, side, side / 2)], 1000)
    assert raster.target == larger_side(raster.mask) == target
    assert raster.is_diacritic == (target == 8)


def test_without_an_em_span_the_glyph_is_a_main_one() -> None:
    assert not drawn([box(0, 0, 10, 10)], 0).is_diacritic


def test_what_has_no_extent_or_no_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="no extent"):
        drawn([box(5, 5, 5, 5)], 1000)
    with pytest.raises(ValueError, match="raster is empty"):
        drawn([box(0, 0, 400, 1)], 1000)


@pytest.mark.parametrize(("sixteenths", "ink"), [(7, False), (8, True), (9, True)])
def test_a_pixel_is_ink_when_half_of_it_is(sixteenths: int, ink: bool) -> None:
    """A column one pixel and so many sixteenths wide, sixteen pixels high."""
    mask = drawn([box(0, 0, 16 + sixteenths, 256)], 256).mask
    assert mask[:, 0].all()
    assert (mask[:, 1] == ink).all()


def test_em_span_prefers_typographic_metrics() -> None:
    assert em_span(900, -300, 700, -300) == 1000
    assert em_span(900, -300, 0, 0) == 1200
    assert em_span(900, -300, None, None) == 1200
    assert em_span(None, None, None, None) == 0


def test_policy_refuses_unknown_keys() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        RasterPolicy.model_validate({**SMALL.model_dump(), "colour": 1})


@pytest.mark.parametrize("package", ["almarai", "tajawal"])
def test_every_diacritic_has_64_pixels_and_every_main_glyph_128(package: str) -> None:
    glyphs, span = glyphs_of(package)
    seen = {64: 0, 128: 0}
    for label, raster in rasters_of(package).items():
        left, low, right, high = curve_bounds(outline_of(glyphs[label].contours))
        extent = max(right - left, high - low)
        target = 64 if extent < 0.25 * span else 128
        assert raster.target == target, label
        assert raster.is_diacritic == (target == 64), label
        assert abs(larger_side(raster.mask) - target) <= 2, label
        seen[target] += 1
    assert min(seen.values()) >= 20


@pytest.mark.parametrize("label", ["fatha", "damma", "kasra", "shadda", "sukun", "fathatan"])
def test_a_vowel_mark_is_a_diacritic_and_alef_is_not(label: str) -> None:
    rasters = rasters_of("tajawal")
    assert rasters[label].is_diacritic
    assert not rasters["alef"].is_diacritic


def test_lam_stands_upright() -> None:
    """Lam is a tall stem on the right over a bowl: the top right has ink, the top left none."""
    mask = rasters_of("tajawal")["lam"].mask
    columns = np.nonzero(mask.any(axis=0))[0]
    middle = (columns[0] + columns[-1]) // 2
    assert mask[:32, middle:].any()
    assert not mask[:32, :middle].any()
    assert mask[96:, :middle].any()
