"""The metrics of phase 1, over every cell of a split though each pattern is predicted once."""

import numpy as np
from numpy.typing import NDArray

_BUCKETS = {"rare": (0, 1 / 3), "middling": (1 / 3, 2 / 3), "common": (2 / 3, 1)}


def score_cells(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    occurrences: NDArray[np.int64],
    train_use: NDArray[np.int64],
) -> dict[str, float]:
    """Flat metrics of P patterns that occur `occurrences` (P,) times.

    `empty_false_positive_rate` is the share of inked cells taken for empty. Buckets are thirds of
    the primitives by their use in training, `train_use` (vocabulary,). The target is a function of
    the cell, so every ceiling is 1.
    """
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
    return metrics


def _share(chosen: NDArray[np.bool_], weights: NDArray[np.int64]) -> float:
    total = weights.sum()
    return float(weights[chosen].sum() / total) if total else 0.0
