"""Fill rules on figures whose masks can be drawn by hand."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.raster.fill import HALF, Coverage, FillRule, Mask, curve_bounds, fill, signed_area
from rasm.raster.outline import Polygon, outline_of_polygons, read_outline
from tests.raster.real_glyphs import DEFAULT, holes, raster_of


def box(left: float, top: float, right: float, bottom: float, *, back: bool = False) -> Polygon:
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)
    return corners[::-1] if back else corners


def cover(polygons: Sequence[Polygon], size: int, rule: FillRule = "winding") -> Coverage:
    return fill(outline_of_polygons(polygons), size, rule)


def covered(polygons: Sequence[Polygon], size: int, rule: FillRule = "winding") -> Mask:
    return cover(polygons, size, rule) >= HALF


def picture(text: str) -> Mask:
    return np.array([[sign == "#" for sign in row] for row in text.split()])


every_rule = pytest.mark.parametrize("rule", ["winding", "even_odd", "orientation"])

UNITED = picture("####.. ####.. ###### ###### ..#### ..####")
CROSSED = picture("####.. ####.. ##..## ##..## ..#### ..####")


@pytest.mark.parametrize(
    ("rule", "expected"), [("winding", UNITED), ("even_odd", CROSSED), ("orientation", UNITED)]
)
def test_overlapping_squares_that_turn_alike(rule: FillRule, expected: Mask) -> None:
    np.testing.assert_array_equal(covered([box(0, 0, 4, 4), box(2, 2, 6, 6)], 6, rule), expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # Where they overlap the turns cancel: 1 - 1 = 0.
        ("winding", CROSSED),
        ("even_odd", CROSSED),
        # The dominant turn paints, the other carves.
        ("orientation", picture("####.. ####.. ##.... ##.... ...... ......")),
    ],
)
def test_overlapping_squares_that_turn_apart(rule: FillRule, expected: Mask) -> None:
    """A speck off the canvas makes the first square's turn the dominant one."""
    shapes = [box(0, 0, 4, 4), box(2, 2, 6, 6, back=True), box(-9, -9, -8, -8)]
    np.testing.assert_array_equal(covered(shapes, 6, rule), expected)


RING = picture("...... .####. .#..#. .#..#. .####. ......")
SOLID = picture("...... .####. .####. .####. .####. ......")


@every_rule
def test_a_ring_keeps_its_hole(rule: FillRule) -> None:
    shapes = [box(2, 2, 4, 4, back=True), box(1, 1, 5, 5)]
    np.testing.assert_array_equal(covered(shapes, 6, rule), RING)


@pytest.mark.parametrize(
    ("rule", "expected"), [("winding", SOLID), ("even_odd", RING), ("orientation", SOLID)]
)
def test_a_ring_whose_hole_turns_the_wrong_way(rule: FillRule, expected: Mask) -> None:
    shapes = [box(2, 2, 4, 4), box(1, 1, 5, 5)]
    np.testing.assert_array_equal(covered(shapes, 6, rule), expected)


@every_rule
def test_an_island_in_a_hole_is_ink(rule: FillRule) -> None:
    shapes = [box(0, 0, 6, 6), box(1, 1, 5, 5, back=True), box(2, 2, 4, 4)]
    expected = picture("###### #....# #.##.# #.##.# #....# ######")
    np.testing.assert_array_equal(covered(shapes, 6, rule), expected)


@every_rule
def test_direction_of_the_whole_outline_does_not_matter(rule: FillRule) -> None:
    """TrueType and PostScript outlines turn opposite ways."""
    shapes = [box(1, 1, 5, 5), box(2, 2, 4, 4, back=True)]
    turned = [shape[::-1] for shape in shapes]
    np.testing.assert_array_equal(covered(turned, 6, rule), covered(shapes, 6, rule))


def test_a_triangle_covers_its_share_of_each_pixel() -> None:
    """x + y < 4 cuts the pixels of its edge in halves: 127.5 of 255, one way or the other."""
    triangle = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    whole, half, none = 255, 127.5, 0
    expected = [[whole] * (3 - row) + [half] + [none] * row for row in range(4)]
    np.testing.assert_allclose(cover([triangle], 4), expected, atol=1)


def test_slivers_cover_what_they_are_wide() -> None:
    """A column of 0.25 and 0.5 pixels of two beside each other."""
    covers = cover([box(0.75, 0, 1.5, 4)], 4)
    np.testing.assert_allclose(covers, [[63.75, 127.5, 0, 0]] * 4, atol=1)


def test_curves_are_not_chords() -> None:
    """Under a parabola of height 4 over 8 pixels lies 2/3 of its box; a chord would halve it."""
    text = '[[["moveTo",[0,0]],["qCurveTo",[[4,8],[8,0]]],["closePath",null]]]'
    outline = read_outline(text)
    assert fill(outline, 8).sum() / 255 == pytest.approx(2 / 3 * 4 * 8, abs=0.5)
    assert curve_bounds(outline) == (0, 0, 8, 4)


def test_what_freetype_cannot_count_is_refused() -> None:
    with pytest.raises(ValueError, match="32768 points"):
        cover([np.zeros((32768, 2))], 4)
    for far in (2.0**24, np.nan, np.inf):
        with pytest.raises(ValueError, match="further than 16777216 units"):
            cover([box(0, 0, far, 1)], 4)


def test_threads_draw_alike() -> None:
    shapes = outline_of_polygons([box(i / 7, 0, i / 5, 9) for i in range(40)])
    expected = fill(shapes, 16).tobytes()
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: fill(shapes, 16).tobytes(), range(200)))
    assert set(drawn) == {expected}


@every_rule
def test_what_lies_outside_the_canvas_is_cut(rule: FillRule) -> None:
    np.testing.assert_array_equal(
        covered([box(-5, 2, 2, 9)], 4, rule), picture(".... .... ##.. ##..")
    )
    assert not covered([box(5, 0, 9, 4)], 4, rule).any()


corners = st.integers(0, 12)


@given(st.tuples(corners, corners, corners, corners), st.sampled_from(["winding", "even_odd"]))
def test_a_box_on_the_grid_has_its_area_in_pixels(
    edges: tuple[int, int, int, int], rule: FillRule
) -> None:
    left, top, right, bottom = edges
    assert covered([box(*edges)], 12, rule).sum() == abs(right - left) * abs(bottom - top)


def test_signed_area_by_hand() -> None:
    assert signed_area(outline_of_polygons([box(0, 0, 3, 2)])) == 6
    assert signed_area(outline_of_polygons([box(0, 0, 3, 2, back=True)])) == -6


@pytest.mark.parametrize("rule", ["winding", "orientation"])
@pytest.mark.parametrize("package", ["amiri", "tajawal"])
@pytest.mark.parametrize(
    ("label", "count"),
    [
        ("meem", 1),
        ("meem_medi", 1),
        ("noon", 0),
        ("noon_init", 0),
        ("waw", 1),
        ("heh", 1),
        ("heh_final", 1),
        ("heh_init", 2),
        ("heh_medi", 2),
    ],
)
def test_counters_of_real_letters_stay_open(
    package: str, label: str, count: int, rule: FillRule
) -> None:
    policy = DEFAULT.model_copy(update={"fill": rule})
    assert holes(raster_of(package, label, policy).mask) == count


@pytest.mark.parametrize(("label", "counters"), [("meem", 1), ("waw", 1), ("heh_medi", 2)])
def test_winding_alone_is_right_where_strokes_overlap(label: str, counters: int) -> None:
    """Cairo is drawn as overlapping strokes: even_odd opens a false hole at each crossing."""
    even_odd = DEFAULT.model_copy(update={"fill": "even_odd"})
    assert holes(raster_of("cairo", label).mask) == counters
    assert holes(raster_of("cairo", label, even_odd).mask) > counters
