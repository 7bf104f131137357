"""Same letter or not? The judgement on a pair, by one threshold on its distance.

A pair is judged the same when its distance is below the threshold. Right answers cannot be read off
a fixed threshold: where the classes come to lie is the training's affair, so it is learnt on
validation. The fixed one of 1.0 stays as a control.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve

from rasm.metrics.retrieval import exhaustive_hits

FIXED_THRESHOLD = 1.0


@dataclass(frozen=True)
class Pairs:
    """P pairs of a query and a reference, by row number."""

    queries: NDArray[np.int64]  # (P,)
    references: NDArray[np.int64]  # (P,)
    same: NDArray[np.bool_]  # (P,)


def draw_pairs(
    queries: NDArray[np.str_], references: NDArray[np.str_], count: int, seed: int
) -> Pairs:
    """Draw `count` pairs from labels of queries (N,) and of references (R,), every other one same.

    Queries are drawn evenly, then a reference of the same or of another class. Raises ValueError
    naming a label that has no reference, or when there is one class alone.
    """
    missing = sorted(set(queries.tolist()) - set(references.tolist()))
    if missing:
        raise ValueError(f"label {missing[0]} has queries but no reference")
    order = np.argsort(references, kind="stable")
    ordered = references[order]
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(queries), size=count)
    first, last = (np.searchsorted(ordered, queries[drawn], side) for side in ("left", "right"))
    if (last - first == len(order)).any():
        raise ValueError("pairs of different classes need at least two classes")
    same = np.arange(count) % 2 == 0
    # The references of a class are a run of `ordered`; the others follow it, around the end.
    choices = np.where(same, last - first, len(order) - (last - first))
    step = (generator.random(count) * choices).astype(np.int64)
    return Pairs(drawn, order[(np.where(same, first, last) + step) % len(order)], same)


def fit_threshold(distances: NDArray[np.float32], same: NDArray[np.bool_]) -> float:
    """Threshold on the distances (P,) with the best balanced accuracy; of equal ones the lowest.

    Balanced, so that the share of same pairs, which is the sampler's choice, does not move it. It
    lies half-way between two distances, away from both.
    """
    false_positive, true_positive, scores = roc_curve(same, -distances, drop_intermediate=False)
    # Rounded, or the last bit would choose among equal ones.
    best = int(np.argmax(np.round(true_positive - false_positive, 12)))
    if best == 0:  # nothing is better than to call every pair different
        return float(distances.min())
    below = -scores[best]  # the largest distance still judged the same
    above = distances[distances > below]
    if len(above) == 0:
        return float(np.nextafter(np.float32(below), np.float32(np.inf)))
    return (float(below) + float(above.min())) / 2


def equal_error_rate(distances: NDArray[np.float32], same: NDArray[np.bool_]) -> float:
    """Error where as many same pairs are missed as different ones are let in, in [0, 1].

    Linear between the two neighbouring points of the ROC curve.
    """
    false_positive, true_positive, _ = roc_curve(same, -distances, drop_intermediate=False)
    gap = (1 - true_positive) - false_positive  # falls from 1 to -1
    after = int(np.argmax(gap <= 0))
    before = after - 1
    part = gap[before] / (gap[before] - gap[after])
    return float(false_positive[before] + part * (false_positive[after] - false_positive[before]))


def accuracy_at(distances: NDArray[np.float32], same: NDArray[np.bool_], threshold: float) -> float:
    """Share of pairs (P,) judged rightly at this threshold, in [0, 1]."""
    return float(((distances < threshold) == same).mean())


def verification_scores(
    distances: NDArray[np.float32], same: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """ROC-AUC, EER, and accuracy at the learnt and at the fixed threshold, by metric key."""
    return {
        "verification_roc_auc": float(roc_auc_score(same, -distances)),
        "verification_eer": equal_error_rate(distances, same),
        "verification_threshold": threshold,
        "verification_accuracy": accuracy_at(distances, same, threshold),
        "verification_accuracy_fixed": accuracy_at(distances, same, FIXED_THRESHOLD),
    }


@dataclass(frozen=True)
class JudgedPairs:
    """P pairs of a worn letter and a reference: who asks, how far apart, and the truth."""

    queries: NDArray[np.int64]  # (P,) rows
    distances: NDArray[np.float32]  # (P,) Euclidean
    same: NDArray[np.bool_]  # (P,)

    def of(self, chosen: NDArray[np.bool_]) -> "JudgedPairs":
        """The pairs where `chosen` (P,) says so."""
        return JudgedPairs(self.queries[chosen], self.distances[chosen], self.same[chosen])


@dataclass(frozen=True)
class Matching:
    """Embeddings of unit length of Q worn letters and of C references, with their labels."""

    queries: NDArray[np.float32]  # (Q, D)
    truth: NDArray[np.str_]  # (Q,)
    references: NDArray[np.float32]  # (C, D)
    labels: NDArray[np.str_]  # (C,)

    def right(self) -> NDArray[np.bool_]:
        """Whether the nearest reference of a query is of its letter, (Q,)."""
        return exhaustive_hits(self.queries, self.truth, self.references, self.labels)[:, 0]

    def top1(self) -> float:
        """Share of queries whose nearest reference is of their letter, in [0, 1]."""
        return float(self.right().mean())

    def pairs(self, count: int, seed: int) -> JudgedPairs:
        """`count` pairs of a query and a reference, every other one of the same letter."""
        drawn = draw_pairs(self.truth, self.labels, count, seed)
        apart = self.queries[drawn.queries] - self.references[drawn.references]
        return JudgedPairs(drawn.queries, np.linalg.norm(apart, axis=1), drawn.same)
