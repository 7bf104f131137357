"""How good a ranking is, from which ranks are hits.

`hits` (N, K) bool has one row a query: whether the entry at that rank, nearest first, is of the
right class. A query that is itself in the gallery must not find itself: leave it out before
(`rasm.retrieval.ranking` does it by number). A query whose class the gallery lacks scores 0.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CUTOFFS = (1, 5, 10)


def recall_at(hits: NDArray[np.bool_], k: int) -> float:
    """Share of queries with at least one hit in the first `k`, in [0, 1].

    It is the recall of metric learning, which asks for one hit, not the share of all that could be
    hit (Jegou et al. 2011).
    """
    return float(hits[:, :k].any(axis=1).mean())


def average_precision(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average precision of each query, (N,): sum over hits of the precision there, over R.

    AP = 1/R * sum over ranks i of rel(i) * P(i), where P(i) is the share of hits in the first i and
    R = `relevant` (N,) the number of gallery entries of the right class. Needs the whole ranking:
    hits that were cut off count as never found.
    """
    return np.array([_precisions(row, r) for row, r in zip(hits, relevant, strict=True)])


def average_precision_at_r(
    hits: NDArray[np.bool_], relevant: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Average precision of each query over its first R ranks, (N,); 1 only if all R are hits.

    MAP@R = 1/R * sum over i = 1..R of rel(i) * P(i). Unlike Recall@1 it sees all of a class, and
    unlike AP it ignores what lies beyond a perfect answer.
    Source: Musgrave, Belongie and Lim 2020, 'A metric learning reality check', section 3.2.
    """
    return np.array([_precisions(row[:r], r) for row, r in zip(hits, relevant, strict=True)])


def _precisions(hits: NDArray[np.bool_], relevant: int) -> float:
    ranks = np.flatnonzero(hits) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).sum() / max(relevant, 1))


def retrieval_scores(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> dict[str, float]:
    """Recall@1, 5, 10, mAP and mAP@R, means over the queries, by metric key."""
    recalls = {f"recall_at_{k}": recall_at(hits, k) for k in CUTOFFS}
    return {
        **recalls,
        "map": float(average_precision(hits, relevant).mean()),
        "map_at_r": float(average_precision_at_r(hits, relevant).mean()),
    }


@dataclass(frozen=True)
class Confusion:
    """Queries of class `truth` that were answered with class `answered`."""

    truth: str
    answered: str
    count: int
    share: float  # of all queries of class `truth`


def confusions(truth: NDArray[np.str_], answered: NDArray[np.str_], most: int) -> list[Confusion]:
    """The `most` frequent confusions of answers (N,), most frequent first, then by name."""
    asked = Counter(truth.tolist())
    pairs = Counter(
        (t, a) for t, a in zip(truth.tolist(), answered.tolist(), strict=True) if t != a
    )
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [Confusion(t, a, count, count / asked[t]) for (t, a), count in ordered[:most]]
