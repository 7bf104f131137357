"""The nearest of a gallery that fits into memory, by comparing with all of it.

For a question that is asked once, as after an epoch of training: an index would be thrown away.
"""

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256  # queries compared at once


def nearest(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], top: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Euclidean distances and row numbers of the nearest, (N, min(top, G)) each, nearest first.

    Of unit-length `queries` (N, D) in a `gallery` (G, D). Equal distances go by row number; of
    those that tie for the last place any may be the one that is named.
    """
    count = min(top, len(gallery))
    distances = np.zeros((len(queries), count), dtype=np.float32)
    numbers = np.zeros((len(queries), count), dtype=np.int64)
    for start in range(0, len(queries), _CHUNK):
        rows = slice(start, start + _CHUNK)
        apart = 2 - 2 * queries[rows] @ gallery.T  # squared
        chosen = np.sort(np.argpartition(apart, count - 1, axis=1)[:, :count], axis=1)
        near = np.take_along_axis(apart, chosen, axis=1)
        order = np.argsort(near, axis=1, kind="stable")
        numbers[rows] = np.take_along_axis(chosen, order, axis=1)
        distances[rows] = np.sqrt(np.maximum(np.take_along_axis(near, order, axis=1), 0))
    return distances, numbers
