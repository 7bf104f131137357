"""Hits of the index and pictures that a user added, as one list by distance."""

import numpy as np
from numpy.typing import NDArray

from rasm.retrieval.index import Hits


def with_added(
    hits: Hits, queries: NDArray[np.float32], added: NDArray[np.float32], first: int, top: int
) -> Hits:
    """The `top` nearest of the index's hits and of the added embeddings, nearest first.

    `hits` are the distances and numbers (N, K) of unit-length `queries` (N, D); the `added`
    embeddings (A, D) take the numbers from `first` on, which is the size of the index. The result
    is (N, min(top, K + A)). At equal distance the added come first: the user has said what it is.
    """
    near, numbers = hits
    apart = [np.linalg.norm(queries - vector, axis=1) for vector in added]
    fresh = np.array(apart, dtype=np.float32).reshape(len(added), len(queries)).T  # (N, A)
    own = np.broadcast_to(np.arange(first, first + len(added)), fresh.shape)
    distances = np.concatenate([fresh, near], axis=1)
    named = np.concatenate([own, numbers], axis=1)
    order = np.argsort(distances, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(distances, order, 1), np.take_along_axis(named, order, 1)
