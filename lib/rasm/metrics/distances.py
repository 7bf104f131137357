"""Which classes lie close together: the distances between their references.

A pair of references below the threshold is confused: the model takes the two letters for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClosePair:
    """Two classes, the earlier named first, and the distance of their references."""

    first: str
    second: str
    distance: float


def distance_matrix(references: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distances (C, C) of references (C, D); symmetric, with an exact zero diagonal."""
    rows = [np.linalg.norm(references - reference, axis=1) for reference in references]
    return np.array(rows, dtype=np.float32).reshape(len(references), len(references))


def confused(distances: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """Where two different classes lie below the threshold, (C, C)."""
    return (distances < threshold) & ~np.eye(len(distances), dtype=np.bool_)


def closest_pairs(
    distances: NDArray[np.float32], names: Sequence[str], most: int
) -> list[ClosePair]:
    """The `most` pairs of classes (C, C) with the lowest distances, lowest first."""
    first, second = np.triu_indices(len(names), k=1)
    order = np.argsort(distances[first, second], kind="stable")[:most]
    return [
        ClosePair(names[a], names[b], float(distances[a, b]))
        for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True)
    ]
