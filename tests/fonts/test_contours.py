"""The JSON text of outlines: written exactly, read back, and refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.fonts.contours import Contours, ContoursError, Segment, decode, encode_contours

TRIANGLE: Contours = (
    (
        Segment("moveTo", ((0, 0),)),
        Segment("lineTo", ((10, 0),)),
        Segment("qCurveTo", ((10, 7.5), (5, 10))),
        Segment("cubicTo", ((4, 9), (1, 3), (0, 2))),
        Segment("closePath", ()),
    ),
)
TRIANGLE_TEXT = (
    '[[["moveTo",[0,0]],["lineTo",[10,0]],["qCurveTo",[[10,7.5],[5,10]]],'
    '["cubicTo",[[4,9],[1,3],[0,2]]],["closePath",null]]]'
)


def test_text_is_exactly_this() -> None:
    assert encode_contours(TRIANGLE) == TRIANGLE_TEXT
    assert decode(TRIANGLE_TEXT) == TRIANGLE


def test_integral_numbers_are_integers_and_others_keep_thousandths() -> None:
    path = (Segment("moveTo", ((3.0, -0.0001),)), Segment("closePath", ()))
    assert encode_contours((path,)) == '[[["moveTo",[3,0]],["closePath",null]]]'
    path = (Segment("moveTo", ((1 / 3, 0.5),)), Segment("closePath", ()))
    assert encode_contours((path,)) == '[[["moveTo",[0.333,0.5]],["closePath",null]]]'


coordinates = st.integers(-16384, 16384) | st.integers(-32768, 32768).map(lambda n: n / 2)
coordinate_pairs = st.tuples(coordinates, coordinates)
segments = st.one_of(
    st.builds(lambda p: Segment("lineTo", (p,)), coordinate_pairs),
    st.builds(lambda c, p: Segment("qCurveTo", (c, p)), coordinate_pairs, coordinate_pairs),
    st.builds(lambda *p: Segment("cubicTo", p), *[coordinate_pairs] * 3),
)
subpaths = st.builds(
    lambda start, middle: (Segment("moveTo", (start,)), *middle, Segment("closePath", ())),
    coordinate_pairs,
    st.lists(segments, max_size=6),
)


@given(st.lists(subpaths, min_size=1, max_size=4).map(tuple))
def test_round_trip(contours: Contours) -> None:
    assert decode(encode_contours(contours)) == contours


def test_one_flat_list_of_commands_is_read() -> None:
    flat = (
        '[["moveTo",[0,0]],["lineTo",[1,0]],["closePath",null],["moveTo",[5,5]],["closePath",null]]'
    )
    assert [path[0].points for path in decode(flat)] == [((0, 0),), ((5, 5),)]


def test_several_controls_have_on_curve_points_midway() -> None:
    text = '[[["moveTo",[0,0]],["qCurveTo",[[0,10],[10,10],[10,0]]],["closePath",null]]]'
    assert decode(text)[0][1:3] == (
        Segment("qCurveTo", ((0, 10), (5, 10))),
        Segment("qCurveTo", ((10, 10), (10, 0))),
    )


def test_quadratic_without_control_is_a_line() -> None:
    text = '[[["moveTo",[0,0]],["qCurveTo",[[3,4]]],["closePath",null]]]'
    assert decode(text)[0][1] == Segment("lineTo", ((3, 4),))


def test_open_subpath_is_left_out() -> None:
    text = '[[["moveTo",[0,0]],["lineTo",[1,1]]],[["moveTo",[2,2]],["closePath",null]]]'
    assert [path[0].points for path in decode(text)] == [((2, 2),)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("[[", "not JSON"),
        ("{}", "not a list"),
        ("[]", "no closed path"),
        ('[[["moveTo",[0,0]],["lineTo",[1,1]]]]', "no closed path"),
        ("[7]", "subpath is not a list"),
        ('[[["lineTo",[1,1]]]]', "lineTo before moveTo"),
        ('[[["moveTo",[0]]]]', "not a point"),
        ('[[["moveTo",[0,"a"]]]]', "not a point"),
        ('[[["moveTo",[0,NaN]]]]', "not a point"),
        ('[[["moveTo",[true,0]]]]', "not a point"),
        ('[[["moveTo",null]]]', "moveTo without points"),
        ('[[["moveTo",[0,0]],["cubicTo",[[1,1],[2,2]]]]]', "cubicTo with 2 points"),
        ('[[["arcTo",[0,0]]]]', "unknown command"),
        ("[[[1,2,3]]]", "not a command"),
    ],
)
def test_what_is_no_outline_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ContoursError, match=reason):
        decode(text)


@given(st.text(alphabet='[]{}",:0.1eNa moveTolineTocloseP-\\', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        decode(text)
    except ContoursError as error:
        assert str(error)
