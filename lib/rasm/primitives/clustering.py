"""The vocabulary of primitives: weighted k-means over distinct cell patterns.

Each pattern weighs as often as it occurs, which is k-means over all cells at a hundredth of the
cost. Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii, 2007), as scikit-learn
has it, on one thread: with more the sums run in another order, and the last bits of the centroids
would differ between runs.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits


@dataclass(frozen=True)
class Vocabulary:
    """`centroids` (K, pixels) float32, most used first; `weights` (K,) cells each stands for.

    `inertia` is the mean squared distance of a non-empty cell to its centroid, in pixels.
    """

    centroids: NDArray[np.float32]
    weights: NDArray[np.float64]
    inertia: float


def cluster(
    bits: NDArray[np.float32], weights: NDArray[np.float64], k: int, *, iterations: int, seed: int
) -> Vocabulary:
    """Cluster (P, pixels) non-empty patterns of weight (P,) into k primitives.

    Raises ValueError when there are fewer patterns than primitives.
    """
    if len(bits) < k:
        raise ValueError(
            f"{len(bits)} distinct cells cannot make {k} primitives: lower "
            "cluster_primitives.vocabulary or add fonts"
        )
    model = KMeans(k, init="k-means++", n_init=1, max_iter=iterations, random_state=seed)
    with threadpool_limits(1):
        model.fit(bits, sample_weight=weights)
    share = np.bincount(model.labels_, weights=weights, minlength=k).astype(np.float64)
    order = np.argsort(-share, kind="stable")
    centroids = np.ascontiguousarray(model.cluster_centers_[order], dtype=np.float32)
    return Vocabulary(centroids, share[order], float(model.inertia_ / weights.sum()))


def centroid_sha1(centroids: NDArray[np.float32]) -> str:
    """SHA-1 of the centroid values: two models with the same one speak the same primitives."""
    return hashlib.sha1(np.ascontiguousarray(centroids, dtype="<f4").tobytes()).hexdigest()
