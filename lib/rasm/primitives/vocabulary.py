"""The vocabulary of primitives: weighted k-means over distinct cell patterns, and its folder.

Each pattern weighs as often as it occurs, which is k-means over all cells at a hundredth of the
cost. Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii, 2007), as scikit-learn
has it, on one thread: with more the sums run in another order, and the last bits of the centroids
would differ between runs.

    primitive_centroids.npy     (K, pixels) float32
    primitive_centroids.sha1    of their values
    primitive_of_pattern.npy    (P,) uint16, by number of the pattern
    primitives.json             what else is known of them, and the use of each in training
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from rasm.store.atomic import replacing
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed

_CENTROIDS, _OF_PATTERN = "primitive_centroids.npy", "primitive_of_pattern.npy"
_SHA1, _CARD = "primitive_centroids.sha1", "primitives.json"


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


class _Card(BaseModel, frozen=True, extra="forbid"):
    sha1: str
    vocabulary: int
    inertia: float
    train_use: tuple[int, ...]
    files: dict[str, Mark]


@dataclass(frozen=True)
class Primitives:
    """`centroids` (K, pixels) float32 of primitives 1 to K; primitive 0 is the empty cell.

    `of_pattern` (P,) uint16 is the primitive of each pattern, `train_use` (K + 1,) int64 how many
    cells of training fonts each primitive stands for.
    """

    centroids: NDArray[np.float32]
    of_pattern: NDArray[np.uint16]
    train_use: NDArray[np.int64]


def save_primitives(
    folder: Path,
    vocabulary: Vocabulary,
    of_pattern: NDArray[np.uint16],
    train_use: NDArray[np.int64],
) -> None:
    """Write the folder, its card last."""
    sha1 = centroid_sha1(vocabulary.centroids)
    for name, array in ((_CENTROIDS, vocabulary.centroids), (_OF_PATTERN, of_pattern)):
        with replacing(folder / name) as temporary, temporary.open("wb") as file:
            np.save(file, array)
    with replacing(folder / _SHA1) as temporary:
        temporary.write_text(sha1 + "\n", encoding="utf-8")
    card = _Card(
        sha1=sha1,
        vocabulary=len(vocabulary.centroids) + 1,
        inertia=vocabulary.inertia,
        train_use=tuple(train_use.tolist()),
        files=marks_of(folder / _CENTROIDS, folder / _OF_PATTERN),
    )
    write_sealed(folder / _CARD, card.model_dump())


def load_primitives(folder: Path) -> Primitives:
    """Read the folder. Raises ValueError naming a file that is not as it was written."""
    card = read_sealed(folder / _CARD, _Card)
    contents = (vouched(folder / name, card.files) for name in (_CENTROIDS, _OF_PATTERN))
    centroids, of_pattern = (np.load(io.BytesIO(content)) for content in contents)
    return Primitives(centroids, of_pattern, np.array(card.train_use, dtype=np.int64))
