"""Squared outlines on shapes whose result is known by hand."""

import math

import numpy as np
import pytest

from rasm.corpora.squared import squared
from rasm.fonts.contours import Point, Segment, Subpath


def outline(*points: Point) -> Subpath:
    lines = (Segment("lineTo", (point,)) for point in points[1:])
    return (Segment("moveTo", points[:1]), *lines, Segment("closePath", ()))


def corners(subpath: Subpath) -> set[Point]:
    (polygon,) = squared((subpath,), 1000)
    return {(round(x), round(y)) for x, y in polygon}


def test_a_square_stays() -> None:
    assert corners(outline((0, 0), (300, 0), (300, 300), (0, 300))) == {
        (0, 0),
        (300, 0),
        (300, 300),
        (0, 300),
    }


def test_round_ends_become_square() -> None:
    """A stroke 80 wide and 600 long whose ends are half circles of four curves each."""
    end = (
        Segment("qCurveTo", ((80, 583), (68, 592))),
        Segment("qCurveTo", ((57, 600), (40, 600))),
        Segment("qCurveTo", ((23, 600), (12, 592))),
        Segment("qCurveTo", ((0, 583), (0, 560))),
    )
    stroke = (
        Segment("moveTo", ((80, 0),)),
        Segment("lineTo", ((80, 560),)),
        *end,
        Segment("lineTo", ((0, 0),)),
        Segment("closePath", ()),
    )
    assert corners(stroke) == {(0, 0), (80, 0), (80, 600), (0, 600)}


def test_a_large_circle_becomes_the_octagon_of_its_control_points() -> None:
    controls = [(205, 0), (495, 0), (700, 205), (700, 495), (495, 700), (205, 700), (0, 495)]
    points = [*controls, (0, 205)]
    middles = [
        ((ax + bx) / 2, (ay + by) / 2)
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True)
    ]
    circle = (
        Segment("moveTo", (middles[-1],)),
        *(Segment("qCurveTo", pair) for pair in zip(points, middles, strict=True)),
        Segment("closePath", ()),
    )
    assert corners(circle) == set(points)


@pytest.mark.parametrize(
    ("degrees", "expected"), [(80, 90), (98, 90), (50, 45), (66, 64), (69, 71)]
)
def test_strokes_turn_to_the_nearest_main_direction(degrees: float, expected: float) -> None:
    """Up to 13 degrees off they reach it; 67.5 degrees, between two, is where they stay.

    Between, what is left of 22.5 degrees is what goes beyond 13, times 22.5 / 9.5: 66 is 21 off 45,
    which leaves (21 - 13) * 2.37 = 18.9.
    """
    angle = math.radians(degrees)
    along = np.array([math.cos(angle), math.sin(angle)]) * 600
    across = np.array([-math.sin(angle), math.cos(angle)]) * 80
    points = [tuple(map(float, point)) for point in (0 * along, along, along + across, across)]
    (polygon,) = squared((outline(*((x, y) for x, y in points)),), 1000)
    edges = np.roll(polygon, -1, axis=0) - polygon
    length = np.hypot(*edges.T)
    longest = edges[length.argmax()]
    turned = math.degrees(math.atan2(longest[1], longest[0])) % 180
    assert turned == pytest.approx(expected, abs=0.5)
    assert sorted(length) == pytest.approx([80, 80, 600, 600], abs=2)  # strokes keep their width


def test_a_slanted_leg_keeps_its_width_to_a_few_units() -> None:
    """Its sides differ by a degree, 12.5 and 13.5 off upright: they must not part."""
    x = [600 * math.tan(math.radians(a)) for a in (12.5, 13.5)]
    (polygon,) = squared((outline((0, 0), (80, 0), (80 + x[1], 600), (x[0], 600)),), 1000)
    bottom, top = polygon[polygon[:, 1] < 300], polygon[polygon[:, 1] > 300]
    assert np.ptp(bottom[:, 0]) == pytest.approx(80, abs=8)
    assert np.ptp(top[:, 0]) == pytest.approx(90, abs=8)


def test_every_coordinate_is_a_font_unit() -> None:
    (polygon,) = squared((outline((0, 0), (333, 41), (300, 517), (11, 480)),), 1000)
    assert (polygon == np.rint(polygon)).all()
