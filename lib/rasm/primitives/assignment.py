"""From a cell to its primitive: the nearest centroid, and 0 for the empty cell."""

import numpy as np
from numpy.typing import NDArray

from rasm.raster.packing import unpack


def as_bits(cells: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Packed cells (P, bytes) as (P, pixels) float32 of 0 and 1."""
    return unpack(cells).reshape(len(cells), -1).astype(np.float32)


def nearest_primitives(
    bits: NDArray[np.float32], centroids: NDArray[np.float32], chunk: int = 16384
) -> NDArray[np.uint16]:
    """Primitive (P,) of each cell (P, pixels): 0 if empty, else 1 + index of the nearest centroid.

    In float64, so that near ties fall alike however the cells are batched.
    """
    centres = centroids.astype(np.float64)
    norms = (centres**2).sum(axis=1)
    primitives = np.empty(len(bits), dtype=np.uint16)
    for start in range(0, len(bits), chunk):
        block = bits[start : start + chunk].astype(np.float64)
        nearest = np.argmin(norms - 2 * block @ centres.T, axis=1) + 1
        primitives[start : start + chunk] = np.where(block.any(axis=1), nearest, 0)
    return primitives
