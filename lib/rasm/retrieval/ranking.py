"""The whole gallery in the order of its distance to a query: what mAP and its kin are made of.

Equal distances go by gallery number, so that the same embeddings always score the same.
"""

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256  # queries ranked at once


def ranked_hits(
    distances: NDArray[np.float32],
    labels: NDArray[np.str_],
    truth: NDArray[np.str_],
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """Whether the entry at each rank is of the right class, (N, G), nearest first.

    `distances` (N, G) to gallery entries with `labels` (G,), for queries whose class is `truth`
    (N,). Where a query is itself in the gallery, `own` (N,) is its number there (-1: it is not):
    that entry goes last and is no hit.
    """
    right = labels == truth[:, None]
    if own is not None:
        inside = np.flatnonzero(own >= 0)
        distances, right = distances.copy(), right.copy()
        distances[inside, own[inside]] = np.inf
        right[inside, own[inside]] = False
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(right, order, axis=1)


def exhaustive_hits(
    queries: NDArray[np.float32],
    truth: NDArray[np.str_],
    gallery: NDArray[np.float32],
    labels: NDArray[np.str_],
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """`ranked_hits` of unit-length queries (N, D) in a gallery (G, D), a few queries at a time."""
    hits = np.zeros((len(queries), len(gallery)), dtype=np.bool_)
    for start in range(0, len(queries), _CHUNK):
        rows = slice(start, start + _CHUNK)
        distances = 1 - queries[rows] @ gallery.T  # ranks as the Euclidean distance does
        hits[rows] = ranked_hits(distances, labels, truth[rows], None if own is None else own[rows])
    return hits
