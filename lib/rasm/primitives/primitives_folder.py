"""The vocabulary of primitives at rest, and the primitive of every cell pattern.

primitive_centroids.npy     (K, pixels) float32
primitive_centroids.sha1    of their values
primitive_of_pattern.npy    (P,) uint16, by number of the pattern
primitives.json             what else is known of them, and the use of each in training
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rasm.primitives.clustering import Vocabulary, centroid_sha1
from rasm.store.atomic import replacing
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed

_CENTROIDS, _OF_PATTERN = "primitive_centroids.npy", "primitive_of_pattern.npy"
_SHA1, _CARD = "primitive_centroids.sha1", "primitives.json"


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
