"""Filling polygons on a pixel grid, by signed crossings along each row.

A pixel is inside or not by what its centre sees: count the outline's crossings to its left, each
with the sign of the edge's direction. That sum is the winding number, and the three fill rules are
three readings of it. Counting crossings needs no graphics library, so a machine without one draws
the same bytes.

* winding: non-zero winding number. Overlapping parts unite, counters stay open.
* even_odd: odd number of crossings. Overlaps become holes.
* orientation: contours that turn the dominant way are painted, the others carved, large before
  small (seed of the method: dominant orientation by summed signed area).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasm.raster.polygons import Polygon

FillRule = Literal["winding", "even_odd", "orientation"]
Mask = NDArray[np.bool_]


def fill(polygons: Sequence[Polygon], size: int, rule: FillRule = "winding") -> Mask:
    """(size, size) mask of the pixels whose centres the polygons enclose; row 0 is y = 0."""
    if rule == "winding":
        return np.not_equal(_accumulate(polygons, size, signed=True), 0)
    if rule == "even_odd":
        return np.equal(_accumulate(polygons, size, signed=False) % 2, 1)
    areas = [signed_area(polygon) for polygon in polygons]
    dominant = np.sign(sum(areas)) or 1.0
    mask = np.zeros((size, size), dtype=np.bool_)
    for index in sorted(range(len(polygons)), key=lambda i: -abs(areas[i])):
        inside = _accumulate([polygons[index]], size, signed=True) != 0
        mask[inside] = np.sign(areas[index]) == dominant
    return mask


def signed_area(polygon: Polygon) -> float:
    """Shoelace area in squared units, positive when x turns towards y."""
    x, y = polygon.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _accumulate(polygons: Sequence[Polygon], size: int, *, signed: bool) -> NDArray[np.int64]:
    start = np.concatenate(polygons)
    end = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
    upward = start[:, 1] < end[:, 1]
    low = np.where(upward[:, None], start, end)
    high = np.where(upward[:, None], end, start)
    # An edge crosses the rows whose centre line y = row + 0.5 lies in [low, high).
    first = np.clip(np.ceil(low[:, 1] - 0.5), 0, size).astype(np.int64)
    last = np.clip(np.ceil(high[:, 1] - 0.5), 0, size).astype(np.int64)
    spans = last - first
    edge = np.repeat(np.arange(len(spans)), spans)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    slope = (high[edge, 0] - low[edge, 0]) / (high[edge, 1] - low[edge, 1])
    x = low[edge, 0] + (row + 0.5 - low[edge, 1]) * slope
    column = np.clip(np.ceil(x - 0.5), 0, size).astype(np.int64)
    cell = row * (size + 1) + column
    total = size * (size + 1)
    crossings = np.bincount(cell[upward[edge]], minlength=total)
    downward = np.bincount(cell[~upward[edge]], minlength=total)
    crossings = crossings - downward if signed else crossings + downward
    return np.cumsum(crossings.reshape(size, size + 1), axis=1)[:, :size]
