"""Fill rules on figures whose masks can be drawn by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.raster.fill import FillRule, Mask, fill, signed_area
from rasm.raster.polygons import Polygon
from tests.raster.real_glyphs import DEFAULT, holes, raster_of


def box(left: float, top: float, right: float, bottom: float, *, back: bool = False) -> Polygon:
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)
    return corners[::-1] if back else corners


def picture(text: str) -> Mask:
    return np.array([[sign == "#" for sign in row] for row in text.split()])


every_rule = pytest.mark.parametrize("rule", ["winding", "even_odd", "orientation"])

UNITED = picture("####.. ####.. ###### ###### ..#### ..####")
CROSSED = picture("####.. ####.. ##..## ##..## ..#### ..####")


@pytest.mark.parametrize(
    ("rule", "expected"), [("winding", UNITED), ("even_odd", CROSSED), ("orientation", UNITED)]
)
def test_overlapping_squares_that_turn_alike(rule: FillRule, expected: Mask) -> None:
    np.testing.assert_array_equal(fill([box(0, 0, 4, 4), box(2, 2, 6, 6)], 6, rule), expected)


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
    np.testing.assert_array_equal(fill(shapes, 6, rule), expected)


RING = picture("...... .####. .#..#. .#..#. .####. ......")
SOLID = picture("...... .####. .####. .####. .####. ......")


@every_rule
def test_a_ring_keeps_its_hole(rule: FillRule) -> None:
    shapes = [box(2, 2, 4, 4, back=True), box(1, 1, 5, 5)]
    np.testing.assert_array_equal(fill(shapes, 6, rule), RING)


@pytest.mark.parametrize(
    ("rule", "expected"), [("winding", SOLID), ("even_odd", RING), ("orientation", SOLID)]
)
def test_a_ring_whose_hole_turns_the_wrong_way(rule: FillRule, expected: Mask) -> None:
    shapes = [box(2, 2, 4, 4), box(1, 1, 5, 5)]
    np.testing.assert_array_equal(fill(shapes, 6, rule), expected)


@every_rule
def test_an_island_in_a_hole_is_ink(rule: FillRule) -> None:
    shapes = [box(0, 0, 6, 6), box(1, 1, 5, 5, back=True), box(2, 2, 4, 4)]
    expected = picture("###### #....# #.##.# #.##.# #....# ######")
    np.testing.assert_array_equal(fill(shapes, 6, rule), expected)


@every_rule
def test_direction_of_the_whole_outline_does_not_matter(rule: FillRule) -> None:
    """TrueType and PostScript outlines turn opposite ways."""
    shapes = [box(1, 1, 5, 5), box(2, 2, 4, 4, back=True)]
    turned = [shape[::-1] for shape in shapes]
    np.testing.assert_array_equal(fill(turned, 6, rule), fill(shapes, 6, rule))


def test_a_triangle_takes_the_pixels_whose_centres_it_holds() -> None:
    """x + y < 4: the centre (c + 1/2, r + 1/2) is inside where r + c < 3."""
    triangle = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    np.testing.assert_array_equal(fill([triangle], 4), picture("###. ##.. #... ...."))


def test_a_sliver_between_centres_is_empty_and_one_over_a_centre_is_not() -> None:
    assert not fill([box(0.6, 0, 1.4, 4)], 4).any()
    np.testing.assert_array_equal(fill([box(1.4, 0, 1.6, 1)], 4), picture(".#.. .... .... ...."))


@every_rule
def test_what_lies_outside_the_canvas_is_cut(rule: FillRule) -> None:
    np.testing.assert_array_equal(fill([box(-5, 2, 2, 9)], 4, rule), picture(".... .... ##.. ##.."))
    assert not fill([box(5, 0, 9, 4)], 4, rule).any()


corners = st.integers(0, 12)


@given(st.tuples(corners, corners, corners, corners), st.sampled_from(["winding", "even_odd"]))
def test_a_box_on_the_grid_has_its_area_in_pixels(
    edges: tuple[int, int, int, int], rule: FillRule
) -> None:
    left, top, right, bottom = edges
    assert fill([box(*edges)], 12, rule).sum() == abs(right - left) * abs(bottom - top)


def test_signed_area_by_hand() -> None:
    assert signed_area(box(0, 0, 3, 2)) == 6
    assert signed_area(box(0, 0, 3, 2, back=True)) == -6


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


@pytest.mark.parametrize(
    ("label", "counters", "false_ones"), [("meem", 1, 4), ("waw", 1, 1), ("heh_medi", 2, 2)]
)
def test_winding_alone_is_right_where_strokes_overlap(
    label: str, counters: int, false_ones: int
) -> None:
    """Cairo is drawn as overlapping strokes: even_odd opens a false hole at each crossing."""
    even_odd = DEFAULT.model_copy(update={"fill": "even_odd"})
    assert holes(raster_of("cairo", label).mask) == counters
    assert holes(raster_of("cairo", label, even_odd).mask) == counters + false_ones
