"""Outlines as data: subpaths of drawing commands in font units, y up, and their JSON text.

The text of one glyph is a list of subpaths, each a list of commands:

    ["moveTo",[x,y]]  ["lineTo",[x,y]]  ["qCurveTo",[[cx,cy],[x,y]]]
    ["cubicTo",[[cx,cy],[dx,dy],[x,y]]]  ["closePath",null]

`encode` writes exactly this.  `decode` also reads what other programs write: one flat list of
commands, and TrueType's `qCurveTo` with several control points, whose on-curve points lie midway
between them, or with none, which is a line.
"""

import json
import math
from typing import Any, Literal, NamedTuple

Point = tuple[float, float]
Command = Literal["moveTo", "lineTo", "qCurveTo", "cubicTo", "closePath"]


class Segment(NamedTuple):
    """One command; the end point is the last of its points, closePath has none."""

    command: Command
    points: tuple[Point, ...]


Subpath = tuple[Segment, ...]
Contours = tuple[Subpath, ...]

_POINTS = {"moveTo": 1, "lineTo": 1, "cubicTo": 3}


class ContoursError(ValueError):
    """A contours text that is no outline; the message is the reason."""


def _tidy(value: float) -> float:
    """Write integral values as integers; a thousandth of a font unit is below any raster."""
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


_TEXTS = {
    "moveTo": '["moveTo",[%s,%s]]',
    "lineTo": '["lineTo",[%s,%s]]',
    "qCurveTo": '["qCurveTo",[[%s,%s],[%s,%s]]]',
    "cubicTo": '["cubicTo",[[%s,%s],[%s,%s],[%s,%s]]]',
    "closePath": '["closePath",null]',
}


def encode_contours(contours: Contours) -> str:
    """Return the JSON text of an outline; coordinates are rounded to 1/1000 font unit."""
    # One formatting of the whole text: a thousand fonts hold a hundred million numbers.
    texts = "],[".join(
        ",".join([_TEXTS[command] for command, _ in subpath]) for subpath in contours
    )
    numbers = [
        number
        for subpath in contours
        for _, points in subpath
        for point in points
        for number in point
    ]
    values = [
        integer if integer == number else _tidy(number)
        for integer, number in zip(map(int, numbers), numbers, strict=True)
    ]
    return f"[[{texts}]]" % tuple(values) if contours else "[]"


def _point(value: Any) -> Point:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(type(number) in (int, float) and math.isfinite(number) for number in value)
    ):
        raise ContoursError(f"not a point: {json.dumps(value)[:60]}")
    return value[0], value[1]


def _quadratics(points: list[Point]) -> list[Segment]:
    if len(points) == 1:
        return [Segment("lineTo", (points[0],))]
    *controls, end = points
    segments = []
    for (ax, ay), (bx, by) in zip(controls, controls[1:], strict=False):
        segments.append(Segment("qCurveTo", ((ax, ay), ((ax + bx) / 2, (ay + by) / 2))))
    return [*segments, Segment("qCurveTo", (controls[-1], end))]


def _segments(value: Any) -> list[Segment]:
    if not isinstance(value, list) or len(value) != 2:
        raise ContoursError(f"not a command: {json.dumps(value)[:60]}")
    command, arguments = value
    if command == "closePath":
        return [Segment("closePath", ())]
    if command not in ("moveTo", "lineTo", "qCurveTo", "cubicTo"):
        raise ContoursError(f"unknown command: {json.dumps(command)[:60]}")
    if not isinstance(arguments, list) or not arguments:
        raise ContoursError(f"{command} without points")
    nested = isinstance(arguments[0], list)
    points = [_point(point) for point in (arguments if nested else [arguments])]
    if command == "qCurveTo":
        return _quadratics(points)
    if len(points) != _POINTS[command]:
        raise ContoursError(f"{command} with {len(points)} points")
    return [Segment(command, tuple(points))]


def decode(text: str) -> Contours:
    """Parse a contours text into closed subpaths; open ones are left out, for they enclose nothing.

    Raises ContoursError, with the reason, for text that does not parse or has no closed subpath.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContoursError(f"contours are not JSON: {error}") from error
    if not isinstance(data, list):
        raise ContoursError("contours are not a list")
    is_flat = bool(data) and isinstance(data[0], list) and data[0][:1] == ["moveTo"]
    closed: list[Subpath] = []
    for commands in [data] if is_flat else data:
        if not isinstance(commands, list):
            raise ContoursError("a subpath is not a list")
        path: list[Segment] = []
        for value in commands:
            for segment in _segments(value):
                if segment.command == "moveTo":
                    path = []
                elif not path:
                    raise ContoursError(f"{segment.command} before moveTo")
                path.append(segment)
                if segment.command == "closePath":
                    closed.append(tuple(path))
                    path = []
    if not closed:
        raise ContoursError("no closed path")
    return tuple(closed)
