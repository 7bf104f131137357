"""How good a ranking is, from which ranks are hits.

`hits` (N, K) bool has one row a query: whether the entry at that rank, nearest first, is of the
right class. A query that is itself in the gallery must not find itself: leave it out before
(`ranked_hits` does it by number). A query whose class the gallery lacks scores 0.

Equal distances go by gallery number, so that the same embeddings always score the same.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256  # queries ranked at once


def ranked_hits(
    distances: NDArray[np.float32],
    labels: NDArray[np.str_],
    truth: NDArray[np.str_],
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """Whether the entry at each rank is of the right class, (N, G), nearest first.

    `distances` (N, G) to gallery entries with `labels` (G,), for queries whose class is `truth`
    (N,). Where a query is itself in the gallery, `own` (N,) is its number there (-1: it is not):
    that entry goes last and is no hit.
    """
    right = labels == truth[:, None]
    if own is not None:
        inside = np.flatnonzero(own >= 0)
        distances, right = distances.copy(), right.copy()
        distances[inside, own[inside]] = np.inf
        right[inside, own[inside]] = False
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(right, order, axis=1)


def exhaustive_hits(
    queries: NDArray[np.float32],
    truth: NDArray[np.str_],
    gallery: NDArray[np.float32],
    labels: NDArray[np.str_],
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """`ranked_hits` of unit-length queries (N, D) in a gallery (G, D), a few queries at a time."""
    hits = np.zeros((len(queries), len(gallery)), dtype=np.bool_)
    for start in range(0, len(queries), _CHUNK):
        rows = slice(start, start + _CHUNK)
        distances = 1 - queries[rows] @ gallery.T  # ranks as the Euclidean distance does
        hits[rows] = ranked_hits(distances, labels, truth[rows], None if own is None else own[rows])
    return hits


def label_ranks(
    distances: NDArray[np.float32], labels: NDArray[np.str_], truth: NDArray[np.str_]
) -> NDArray[np.int64]:
    """How many labels are nearer than the right one, (N,): its place in a list of labels, from 0.

    `distances` (N, G) to gallery entries with `labels` (G,), for queries whose label is `truth`
    (N,). A label is as near as its nearest entry; one that ties with the right one counts as
    nearer. To a label that the gallery lacks all others are nearer.
    """
    names, codes = np.unique(labels, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names)))
    least = np.minimum.reduceat(distances[:, order], starts, axis=1)
    place = np.minimum(np.searchsorted(names, truth), len(names) - 1)
    nearer = (least <= least[np.arange(len(truth)), place][:, None]).sum(axis=1) - 1
    return np.where(names[place] == truth, nearer, len(names))


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


def class_confusions(
    truth: NDArray[np.str_], answered: NDArray[np.str_], most: int
) -> list[Confusion]:
    """The `most` frequent confusions of answers (N,), most frequent first, then by name."""
    asked = Counter(truth.tolist())
    pairs = Counter(
        (t, a) for t, a in zip(truth.tolist(), answered.tolist(), strict=True) if t != a
    )
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [Confusion(t, a, count, count / asked[t]) for (t, a), count in ordered[:most]]
