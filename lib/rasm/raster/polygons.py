"""Curves to polygons: filling wants corners, outlines are drawn with Bezier segments.

Each segment is sampled uniformly in its parameter, eight chords at the default; on a 256-pixel
canvas the error stays far below a pixel.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.contours import Contours, Subpath, decode

Polygon = NDArray[np.float64]  # (points, 2) in font units, closed implicitly


def polygons(contours: str, curve_steps: int = 8) -> list[Polygon]:
    """Closed polygons of a contours text, curves cut into `curve_steps` chords.

    Raises ContoursError (a ValueError), with the reason, when the text has no closed path.
    """
    return flatten(decode(contours), curve_steps)


def flatten(contours: Contours, curve_steps: int) -> list[Polygon]:
    """Polygons of the closed subpaths of an outline."""
    return [_trace(subpath, curve_steps) for subpath in contours]


def _trace(subpath: Subpath, steps: int) -> Polygon:
    points: list[Sequence[float]] = []
    for command, operands in subpath:
        if command in ("moveTo", "lineTo"):
            points.append(operands[0])
        elif command != "closePath":
            controls = np.array([points[-1], *operands], dtype=np.float64)
            points.extend((_bernstein(len(operands), steps) @ controls).tolist())
    return np.array(points, dtype=np.float64)


@cache
def _bernstein(degree: int, steps: int) -> NDArray[np.float64]:
    """(steps, degree + 1) weights of the control points at t = 1/steps ... 1."""
    t = np.arange(1, steps + 1, dtype=np.float64)[:, None] / steps
    if degree == 2:
        return np.hstack([(1 - t) ** 2, 2 * t * (1 - t), t**2])
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
