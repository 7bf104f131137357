"""An outline as a picture for people and networks alike: dark on white, smooth edges, centred."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.raster.fill import fill
from rasm.raster.polygons import Polygon

_FINE = 8
"""Samples a pixel and axis; 64 levels between paper and ink."""


def draw_grey(polygons: Sequence[Polygon], size: int, margin: float) -> NDArray[np.uint8]:
    """Picture (size, size) of an outline with y up, ink 0 on paper 255.

    The larger side of the outline fills the picture but for `margin`, a share of `size`, on either
    side. Raises ValueError when the outline has no extent.
    """
    points = np.concatenate(polygons)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    if extent <= 0:
        raise ValueError("the outline has no extent")
    scale = size * (1 - 2 * margin) / extent * _FINE
    middle, centre = (low + high) / 2, size * _FINE / 2
    placed = [(polygon - middle) * (scale, -scale) + centre for polygon in polygons]
    inside = fill(placed, size * _FINE).reshape(size, _FINE, size, _FINE)
    ink = inside.mean(axis=(1, 3))
    return np.asarray(np.rint(255 * (1 - ink)), dtype=np.uint8)
