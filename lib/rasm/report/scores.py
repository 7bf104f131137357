"""Scores of ranked answers, each a number in [0, 1]."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

DEPTH = 10


def rank(scores: NDArray[np.floating], depth: int = DEPTH) -> NDArray[np.int64]:
    """Indices (N, depth) of the best scores (N, C), best first; ties go to the lower index."""
    depth = min(depth, scores.shape[1])
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth].astype(np.int64)


def top_k(ranking: NDArray[np.int64], truth: NDArray[np.int64], k: int) -> float:
    """Share of rows whose truth (N,) is among the first k answers (N, depth).

    >>> top_k(np.array([[3, 1], [2, 3]]), np.array([1, 2]), 1)
    0.5
    """
    return float((ranking[:, :k] == truth[:, None]).any(axis=1).mean())


def score_ranking(ranking: NDArray[np.int64], truth: NDArray[np.int64]) -> dict[str, float]:
    """Top-1/5/10 accuracy, and F1 of the first answer averaged over the labels that occur.

    Macro counts every label alike, weighted counts it by its support.
    """
    occurring = np.unique(truth)
    first = ranking[:, 0]
    f1 = {
        average: float(f1_score(truth, first, labels=occurring, average=average, zero_division=0))
        for average in ("macro", "weighted")
    }
    return {
        "top1": top_k(ranking, truth, 1),
        "top5": top_k(ranking, truth, 5),
        "top10": top_k(ranking, truth, 10),
        "macro_f1": f1["macro"],
        "weighted_f1": f1["weighted"],
    }
