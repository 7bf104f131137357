"""Curves cut into chords: corners kept, points on the curve, and nothing outside its hull."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.fonts.contours import Contours, ContoursError, Segment, encode_contours
from rasm.raster.polygons import flatten, polygons

pairs = st.tuples(st.integers(-2048, 2048), st.integers(-2048, 2048))
segments = st.one_of(
    st.builds(lambda p: Segment("lineTo", (p,)), pairs),
    st.builds(lambda c, p: Segment("qCurveTo", (c, p)), pairs, pairs),
    st.builds(lambda *p: Segment("cubicTo", p), pairs, pairs, pairs),
)
subpaths = st.builds(
    lambda start, middle: (Segment("moveTo", (start,)), *middle, Segment("closePath", ())),
    pairs,
    st.lists(segments, max_size=5),
)
outlines = st.lists(subpaths, min_size=1, max_size=3).map(tuple)
steps = st.integers(1, 9)


def test_lines_are_kept_point_by_point() -> None:
    text = '[[["moveTo",[0,0]],["lineTo",[4,0]],["lineTo",[4,3]],["closePath",null]]]'
    (polygon,) = polygons(text)
    np.testing.assert_array_equal(polygon, [[0, 0], [4, 0], [4, 3]])


def test_a_quadratic_at_its_middle_and_end() -> None:
    """At t = 1/2 the weights of start, control and end are 1/4, 1/2 and 1/4."""
    text = '[[["moveTo",[0,0]],["qCurveTo",[[4,8],[8,0]]],["closePath",null]]]'
    (polygon,) = polygons(text, curve_steps=2)
    np.testing.assert_allclose(polygon, [[0, 0], [4, 4], [8, 0]])


def test_a_cubic_at_its_middle_and_end() -> None:
    """At t = 1/2 the weights are 1/8, 3/8, 3/8 and 1/8."""
    text = '[[["moveTo",[0,0]],["cubicTo",[[0,8],[8,8],[8,0]]],["closePath",null]]]'
    (polygon,) = polygons(text, curve_steps=2)
    np.testing.assert_allclose(polygon, [[0, 0], [4, 6], [8, 0]])


def test_a_circle_is_round() -> None:
    """Four cubics with the usual constant: every point at the radius, within 0.1%."""
    k = 552.285
    text = (
        '[[["moveTo",[1000,0]],'
        f'["cubicTo",[[1000,{k}],[{k},1000],[0,1000]]],'
        f'["cubicTo",[[-{k},1000],[-1000,{k}],[-1000,0]]],'
        f'["cubicTo",[[-1000,-{k}],[-{k},-1000],[0,-1000]]],'
        f'["cubicTo",[[{k},-1000],[1000,-{k}],[1000,0]]],["closePath",null]]]'
    )
    (polygon,) = polygons(text)
    np.testing.assert_allclose(np.hypot(*polygon.T), 1000, rtol=1e-3)


@given(outlines, steps)
def test_json_to_polygons(outline: Contours, curve_steps: int) -> None:
    """Through the text as directly; a curve gives its steps; each segment ends where told."""
    drawn = polygons(encode_contours(outline), curve_steps)
    assert len(drawn) == len(outline)
    for polygon, direct, subpath in zip(drawn, flatten(outline, curve_steps), outline, strict=True):
        np.testing.assert_array_equal(polygon, direct)
        at = 0
        np.testing.assert_array_equal(polygon[0], subpath[0].points[0])
        for command, operands in subpath[1:-1]:
            at += 1 if command == "lineTo" else curve_steps
            np.testing.assert_allclose(polygon[at], operands[-1], atol=1e-9)
        assert at == len(polygon) - 1


@given(outlines, steps)
def test_no_point_leaves_the_box_of_the_control_points(outline: Contours, curve_steps: int) -> None:
    for polygon, subpath in zip(flatten(outline, curve_steps), outline, strict=True):
        controls = np.array([point for segment in subpath for point in segment.points])
        assert (polygon >= controls.min(axis=0) - 1e-9).all()
        assert (polygon <= controls.max(axis=0) + 1e-9).all()


def test_what_is_no_outline_is_refused() -> None:
    with pytest.raises(ContoursError, match="no closed path"):
        polygons("[]")
