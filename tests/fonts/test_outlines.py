"""Outlines of glyphs that were drawn by hand."""

from typing import Any

import pytest

from rasm.fonts.contours import Contours, Segment, encode_contours
from rasm.fonts.files import open_face
from rasm.fonts.outlines import bounds, glyph_contours, is_flat, moved, points, without_flat
from tests.fonts.building import Draw, build_font, font_bytes, square

SQUARE_TEXT = (
    '[[["moveTo",[0,0]],["lineTo",[100,0]],["lineTo",[100,100]],["lineTo",[0,100]],'
    '["closePath",null]]]'
)


def outline(draw: Draw, *, cff: bool = False, **more: Draw) -> Contours:
    """The outline of glyph 1 of a font, which is drawn by `draw`; `more` are the next glyphs."""
    font = build_font({"a": draw, **more}, {0x627: "a"}, cff=cff)
    return glyph_contours(open_face(font_bytes(font)).font, 1)


def closed(*segments: Segment) -> Contours:
    return ((*segments, Segment("closePath", ())),)


@pytest.mark.parametrize("cff", [False, True], ids=["truetype", "cff"])
def test_square(cff: bool) -> None:
    """Without a second line back to the start: closePath is that line."""
    assert encode_contours(outline(square(0, 0, 100), cff=cff)) == SQUARE_TEXT


def test_truetype_implies_points_midway_between_controls() -> None:
    def draw(pen: Any) -> None:
        pen.moveTo((0, 0))
        pen.qCurveTo((0, 10), (20, 10), (20, 0))
        pen.closePath()

    assert outline(draw) == closed(
        Segment("moveTo", ((0, 0),)),
        Segment("qCurveTo", ((0, 10), (10, 10))),
        Segment("qCurveTo", ((20, 10), (20, 0))),
    )


def test_truetype_contour_without_any_on_curve_point() -> None:
    def draw(pen: Any) -> None:
        pen.qCurveTo((0, 0), (20, 0), (20, 20), (0, 20), None)
        pen.closePath()

    (path,) = outline(draw)
    ends = {segment.points[-1] for segment in path if segment.points}
    controls = {segment.points[0] for segment in path if segment.command == "qCurveTo"}
    assert ends == {(10, 0), (20, 10), (10, 20), (0, 10)}
    assert controls == {(0, 0), (20, 0), (20, 20), (0, 20)}
    assert path[-1].command == "closePath"


def test_cff_cubic() -> None:
    def draw(pen: Any) -> None:
        pen.moveTo((0, 0))
        pen.curveTo((0, 50), (50, 100), (100, 100))
        pen.lineTo((100, 0))
        pen.closePath()

    assert outline(draw, cff=True) == closed(
        Segment("moveTo", ((0, 0),)),
        Segment("cubicTo", ((0, 50), (50, 100), (100, 100))),
        Segment("lineTo", ((100, 0),)),
    )


def test_composite_is_resolved() -> None:
    """Component b, a square of 100, is placed at (30, 40) and halved."""

    def draw(pen: Any) -> None:
        pen.addComponent("b", (0.5, 0, 0, 0.5, 30, 40))

    assert bounds(outline(draw, b=square(0, 0, 100))) == (30, 40, 80, 90)


def test_moved_and_points() -> None:
    path = closed(Segment("moveTo", ((0, 0),)), Segment("qCurveTo", ((1, 2), (3, 4))))
    assert list(points(moved(path, 10, -1))) == [(10, -1), (11, 1), (13, 3)]


def test_flat_subpaths_cover_no_area() -> None:
    line = closed(Segment("moveTo", ((0, 0),)), Segment("lineTo", ((6, 3),)))
    there_and_back = closed(
        Segment("moveTo", ((0, 0),)), Segment("lineTo", ((6, 3),)), Segment("lineTo", ((2, 1),))
    )
    point = closed(Segment("moveTo", ((5, 5),)))
    curve = closed(Segment("moveTo", ((0, 0),)), Segment("qCurveTo", ((1, 1), (2, 0))))
    assert [is_flat(path[0]) for path in (line, there_and_back, point, curve)] == [
        True,
        True,
        True,
        False,
    ]
    assert without_flat(line + curve + point) == curve
