"""Outlines as a rasteriser reads them: points, what kind of point each is, where contours end.

The text of an outline in a glyph database is parsed straight into these arrays when it is written
as `encode_contours` writes it; any other goes through `decode`, which names what is wrong with it.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from rasm.fonts.contours import Contours, decode

Polygon = NDArray[np.float64]
"""(points, 2), closed implicitly."""

# FreeType's kinds of points: on the curve, control of a quadratic, control of a cubic.
ON, QUADRATIC, CUBIC = 1, 0, 2
_TAGS = {
    "moveTo": bytes([ON]),
    "lineTo": bytes([ON]),
    "qCurveTo": bytes([QUADRATIC, ON]),
    "cubicTo": bytes([CUBIC, CUBIC, ON]),
    "closePath": b"",
}


@dataclass(frozen=True, slots=True)
class Outline:
    """C closed contours: `points` (P, 2), `kinds` (P,) of them, `ends` (C,) the last of each."""

    points: NDArray[np.float64]
    kinds: NDArray[np.uint8]
    ends: NDArray[np.int64]

    def contours(self) -> list["Outline"]:
        """Each contour as an outline of its own."""
        starts = [0, *(self.ends[:-1] + 1)]
        return [
            Outline(self.points[a : b + 1], self.kinds[a : b + 1], np.array([b - a]))
            for a, b in zip(starts, self.ends, strict=True)
        ]


def read_outline(text: str) -> Outline:
    """The outline of a contours text.

    Raises ContoursError (a ValueError), with the reason, when the text has no closed path.
    """
    try:
        return _parse(text)
    except (ValueError, TypeError, KeyError):
        return outline_of(decode(text))


def outline_of(contours: Contours) -> Outline:
    """The closed subpaths of an outline, of which there is at least one."""
    points = [point for subpath in contours for segment in subpath for point in segment.points]
    kinds = b"".join(_TAGS[segment.command] for subpath in contours for segment in subpath)
    lengths = [sum(len(segment.points) for segment in subpath) for subpath in contours]
    return _outline(np.array(points, dtype=np.float64).reshape(-1, 2), kinds, np.cumsum(lengths))


def outline_of_polygons(polygons: Sequence[Polygon]) -> Outline:
    """An outline of straight edges."""
    points = np.concatenate(polygons).astype(np.float64)
    return _outline(points, bytes([ON]) * len(points), np.cumsum([len(p) for p in polygons]))


def _outline(points: NDArray[np.float64], kinds: bytes, stops: NDArray[np.int64]) -> Outline:
    return Outline(points, np.frombuffer(kinds, dtype=np.uint8), stops - 1)


def _parse(text: str) -> Outline:
    """Raises one of the errors that `read_outline` catches for a text in any other shape."""
    subpaths: list[list[tuple[str, Any]]] = orjson.loads(text)
    numbers: list[float] = []
    kinds = bytearray()
    stops = []
    for (first, (x, y)), *segments, (last, nothing) in subpaths:
        if first != "moveTo" or last != "closePath" or nothing is not None:
            raise ValueError
        numbers += (x, y)
        kinds.append(ON)
        for command, operands in segments:
            if command == "lineTo":
                x, y = operands
                numbers += (x, y)
                kinds.append(ON)
            elif command == "qCurveTo":
                (a, b), (x, y) = operands
                numbers += (a, b, x, y)
                kinds += b"\0\1"
            elif command == "cubicTo":
                (a, b), (c, d), (x, y) = operands
                numbers += (a, b, c, d, x, y)
                kinds += b"\2\2\1"
            else:
                raise ValueError
        stops.append(len(kinds))
    if not stops or "true" in text or "false" in text:
        raise ValueError
    # Of an array, for it takes numbers alone, where NumPy would read strings as numbers too.
    points = np.frombuffer(array("d", numbers)).reshape(-1, 2)
    return _outline(points, bytes(kinds), np.array(stops))
