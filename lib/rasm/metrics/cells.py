"""The metrics of phase 1, over every cell of a split though each pattern is predicted once."""

import numpy as np
from numpy.typing import NDArray

from rasm.primitives.patterns import ReadCells

_BUCKETS = {"rare": (0, 1 / 3), "middling": (1 / 3, 2 / 3), "common": (2 / 3, 1)}


_NEAREST = (1, 3, 10)


def score_cells(
    read: ReadCells, train_use: NDArray[np.int64], centroids: NDArray[np.float32]
) -> dict[str, float]:
    """Flat metrics.

    `empty_false_positive_rate` is the share of inked cells taken for empty. Buckets are thirds of
    the primitives by their use in training, `train_use` (vocabulary,). Of the errors,
    `errors_among_nearest_k` is the share whose answer is one of the k primitives nearest to the
    true one. The target is a function of the cell, so every ceiling is 1.
    """
    predicted, truth, occurrences = read.predicted, read.truth, read.occurrences
    right = predicted == truth
    inked = truth > 0
    order = np.argsort(np.argsort(train_use[1:], kind="stable"), kind="stable")
    standing = np.concatenate([[-1.0], order / max(1, len(order))])
    metrics = {
        "cells": int(occurrences.sum()),
        "patterns": len(truth),
        "accuracy": _share(right, occurrences),
        "accuracy_ceiling": 1.0,
        "accuracy_inked": _share(right[inked], occurrences[inked]),
        "accuracy_inked_ceiling": 1.0,
        "accuracy_patterns": _share(right[inked], np.ones(int(inked.sum()), dtype=np.int64)),
        "empty_false_positive_rate": _share(predicted[inked] == 0, occurrences[inked]),
        "empty_missed_rate": _share(predicted[~inked] != 0, occurrences[~inked]),
    }
    for name, (low, high) in _BUCKETS.items():
        rows = inked & (standing[truth] >= low) & (standing[truth] < high)
        if occurrences[rows].sum():
            metrics[f"accuracy_{name}"] = _share(right[rows], occurrences[rows])
    if not right.all():
        rank = neighbourhood(centroids)[1][truth[~right], predicted[~right]]
        for k in _NEAREST:
            metrics[f"errors_among_nearest_{k}"] = _share(rank <= k, occurrences[~right])
    return metrics


def neighbourhood(
    centroids: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distance of every primitive to every other, in pixels of ink, and rank among its neighbours.

    Both (V, V), the true primitive first, of (V - 1, pixels) centroids: primitive 0 is a cell
    without ink. Rank 1 is the nearest neighbour; a primitive is its own last.
    """
    points = np.concatenate([np.zeros_like(centroids[:1]), centroids]).astype(np.float64)
    norms = (points**2).sum(axis=1)
    distance = np.sqrt(np.maximum(norms[:, None] + norms - 2 * points @ points.T, 0))
    np.fill_diagonal(distance, 0)
    others = distance + np.diag(np.full(len(points), np.inf))
    rank = np.argsort(np.argsort(others, axis=1, kind="stable"), axis=1) + 1
    return distance, rank


def _share(chosen: NDArray[np.bool_], weights: NDArray[np.int64]) -> float:
    total = weights.sum()
    return float(weights[chosen].sum() / total) if total else 0.0
