"""Contours texts to arrays: the quick way and the careful way agree, and nonsense is named."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.fonts.contours import Contours, ContoursError, Segment, encode_contours
from rasm.raster.outline import CUBIC, ON, QUADRATIC, outline_of, outline_of_polygons, read_outline

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

TWO = (
    '[[["moveTo",[0,0]],["lineTo",[4,0.5]],["closePath",null]],'
    '[["moveTo",[9,9]],["qCurveTo",[[1,2],[3,4]]],["cubicTo",[[1,1],[2,2],[3,3]]],'
    '["closePath",null]]]'
)


def test_points_kinds_and_ends_of_two_contours() -> None:
    outline = read_outline(TWO)
    points = [[0, 0], [4, 0.5], [9, 9], [1, 2], [3, 4], [1, 1], [2, 2], [3, 3]]
    np.testing.assert_array_equal(outline.points, points)
    assert outline.kinds.tolist() == [ON, ON, ON, QUADRATIC, ON, CUBIC, CUBIC, ON]
    assert outline.ends.tolist() == [1, 7]
    first, second = outline.contours()
    np.testing.assert_array_equal(first.points, points[:2])
    np.testing.assert_array_equal(second.points, points[2:])
    assert (first.ends.tolist(), second.ends.tolist()) == ([1], [5])


@given(outlines)
def test_the_text_and_the_contours_are_one_outline(contours: Contours) -> None:
    text = encode_contours(contours)
    # Spaces are not as `encode_contours` writes, and neither is one flat list of commands.
    flat = json.dumps([command for subpath in json.loads(text) for command in subpath])
    direct = outline_of(contours)
    for read in (read_outline(text), read_outline(flat)):
        np.testing.assert_array_equal(read.points, direct.points)
        np.testing.assert_array_equal(read.kinds, direct.kinds)
        np.testing.assert_array_equal(read.ends, direct.ends)


def test_polygons_are_straight() -> None:
    outline = outline_of_polygons([np.eye(3)[:, :2], np.ones((4, 2))])
    assert outline.kinds.tolist() == [ON] * 7
    assert outline.ends.tolist() == [2, 6]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", "null", "7", '["moveTo"]', "[[[]]]", "[" * 100_000),
        *(TWO.replace(a, b) for a, b in (("4,", ""), ("0.5", "true"), ("0.5", '"1"'))),
        *(TWO.replace(a, b) for a, b in (("0.5", "null"), ("0.5", "1e999"), ("[1,2],", ""))),
        *(TWO.replace(a, b) for a, b in (("[2,2],", ""), ("moveTo", "jumpTo"), ("0.5", "1,2"))),
    ],
)
def test_what_is_no_outline_is_refused(text: str) -> None:
    if "qCurveTo" in text and "[1,2]," not in text:
        assert read_outline(text).kinds[3] == ON  # TrueType's curve without controls is a line
        return
    with pytest.raises(ContoursError):
        read_outline(text)


def test_an_open_path_is_left_out() -> None:
    text = TWO.replace(',["closePath",null]],', "],", 1)
    assert len(read_outline(text).points) == 6
