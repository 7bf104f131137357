"""The squared variant of a letter: the same strokes, cut straight in eight directions.

Carvers of Safaitic used a 'square' script beside the common one: strokes are straight, bows have
corners. A font has one variant only, and this makes the other from its outline, so that a letter
has a second picture that is the same letter and not the same drawing:

1. every curve is replaced by its control polygon, which is straight; points that hardly bend the
   outline are dropped;
2. the bevels of stroke ends are cut off: a short edge between two turns the same way, together no
   more than a right angle or so, goes, and its neighbours are lengthened until they meet. So round
   ends become square;
3. strokes are turned towards the nearest of the eight main directions, and those nearly in it all
   the way. Every edge asks to keep its length in its new direction, and the least squares of what
   they miss decides; short edges, which are the widths of strokes, insist most.

Large circles stay polygons. Made square, as in some inscriptions, waw would look like dad, and
bows turned by a quarter like beh, though worn letters come at any angle: a reference should not
confuse what the font tells apart.

No random numbers; points are rounded to font units, so that the same font gives the same bytes on
every machine.
"""

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.contours import Contours, Subpath
from rasm.raster.outline import Polygon

# Constants of the method, fitted to the one font that it squares.
_BEND = 0.012  # em spans that a point may stand off before it counts as a corner
_SHORT = 0.07  # em spans: bevels of stroke ends
_TURN = np.radians(100)  # of the outline across a bevel
_NEAR = np.radians(13)  # of a main direction: turned all the way
_EIGHTH = np.pi / 4
_HOLD = 1e-4  # weight of points staying where they are: places the outline, bends nothing


def squared(contours: Contours, upem: int) -> list[Polygon]:
    """Polygons of the squared variant, in font units; `upem` is units per em."""
    return [_squared(subpath, upem) for subpath in contours]


def _squared(subpath: Subpath, upem: int) -> Polygon:
    corners = _without_bends(_control_polygon(subpath), upem * _BEND)
    corners = _without_bevels(corners, upem * _SHORT)
    return np.rint(_turned(_without_bends(corners, upem * _BEND)))


def _control_polygon(subpath: Subpath) -> Polygon:
    points = np.array([point for segment in subpath for point in segment.points], dtype=np.float64)
    return points[np.any(points != np.roll(points, 1, axis=0), axis=1)]


def _edges(polygon: Polygon) -> tuple[Polygon, NDArray[np.float64], NDArray[np.float64]]:
    """Of each point: the edge that leaves it, the edge's length, the turn at the point."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    before = np.roll(edges, 1, axis=0)
    cross = before[:, 0] * edges[:, 1] - before[:, 1] * edges[:, 0]
    return edges, np.hypot(*edges.T), np.arctan2(cross, (before * edges).sum(axis=1))


def _without_bends(polygon: Polygon, tolerance: float) -> Polygon:
    while len(polygon) > 3:
        _, length, turn = _edges(polygon)
        lever = np.minimum(length, np.roll(length, 1))
        offset = np.where(np.abs(turn) < np.pi / 2, lever * np.sin(np.abs(turn)), np.inf)
        flattest = int(offset.argmin())
        if offset[flattest] > tolerance:
            break
        polygon = np.delete(polygon, flattest, axis=0)
    return polygon


def _without_bevels(polygon: Polygon, short: float) -> Polygon:
    while len(polygon) > 3:
        _, length, turn = _edges(polygon)
        after = np.roll(turn, -1)
        bevel = (turn * after > 0) & (np.abs(turn + after) <= _TURN)
        ends = np.flatnonzero(bevel & (length <= short))
        if not len(ends):
            break
        # Rounded, so that ends of equal shape are cut alike whatever the last digits say.
        first = int(ends[np.rint(length[ends]).argmin()])
        polygon = np.roll(polygon, -first, axis=0)  # the bevel runs from point 0 to point 1
        into, out_of = polygon[0] - polygon[-1], polygon[2] - polygon[1]
        reach = np.linalg.solve(np.stack([into, -out_of], axis=1), polygon[1] - polygon[0])[0]
        polygon = np.vstack([polygon[0] + reach * into, polygon[2:]])
    return polygon


def _turned(polygon: Polygon) -> Polygon:
    edges, length, _ = _edges(polygon)
    angle = np.arctan2(edges[:, 1], edges[:, 0])
    main = np.rint(angle / _EIGHTH) * _EIGHTH
    off = angle - main
    # Continuous: two sides of a stroke, nearly parallel, must stay so.
    rest = np.maximum(np.abs(off) - _NEAR, 0) / (_EIGHTH / 2 - _NEAR) * (_EIGHTH / 2)
    angle = main + np.copysign(rest, off)
    wanted = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    same = np.eye(len(polygon))
    ask = np.vstack([(np.roll(same, 1, axis=1) - same) / length[:, None], same * _HOLD])
    turned: Polygon = np.linalg.lstsq(ask, np.vstack([wanted, polygon * _HOLD]), rcond=None)[0]
    return turned
