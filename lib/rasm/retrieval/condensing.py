"""A gallery made smaller: of each class a few pictures stand for all of them.

The pictures of a class are clustered on the sphere (spherical k-means: Dhillon and Modha 2001), and
of each cluster the picture nearest to its centre stays. So what is drawn in several ways is kept in
each of them, where single odd drawings are not.
"""

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

_ROUNDS = 10  # of k-means, a constant: clusters of some dozen pictures stand still before


def few_of_each(
    embeddings: NDArray[np.float32], labels: NDArray[np.str_], most: int, seed: int
) -> NDArray[np.int64]:
    """Rows, rising, of at most `most` of the embeddings (N, D), of unit length, of each label (N,).

    The same input gives the same rows.
    """
    kept = []
    with threadpool_limits(1):
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            kept.append(rows[_spread(embeddings[rows], most, seed)] if len(rows) > most else rows)
    return np.sort(np.concatenate(kept))


def _spread(vectors: NDArray[np.float32], most: int, seed: int) -> NDArray[np.int64]:
    """Of vectors (N, D) those nearest to the centres of `most` clusters, each once."""
    means = faiss.Kmeans(
        vectors.shape[1],
        most,
        niter=_ROUNDS,
        seed=seed,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=len(vectors),
    )
    means.train(np.ascontiguousarray(vectors))
    centres: NDArray[np.float32] = np.asarray(means.centroids)
    return np.unique((vectors @ centres.T).argmax(axis=0))
