"""Worn letters against clean references, one reference a letter: which one, and the same or not?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasm.retrieval.metrics import recall_at
from rasm.retrieval.ranking import exhaustive_hits
from rasm.retrieval.verification import draw_pairs


@dataclass(frozen=True)
class Judged:
    """P pairs of a worn letter and a reference: who asks, how far apart, and the truth."""

    queries: NDArray[np.int64]  # (P,) rows
    distances: NDArray[np.float32]  # (P,) Euclidean
    same: NDArray[np.bool_]  # (P,)

    def of(self, chosen: NDArray[np.bool_]) -> "Judged":
        """The pairs where `chosen` (P,) says so."""
        return Judged(self.queries[chosen], self.distances[chosen], self.same[chosen])


@dataclass(frozen=True)
class Matching:
    """Embeddings of unit length of Q worn letters and of C references, with their labels."""

    queries: NDArray[np.float32]  # (Q, D)
    truth: NDArray[np.str_]  # (Q,)
    references: NDArray[np.float32]  # (C, D)
    labels: NDArray[np.str_]  # (C,)

    def top1(self) -> float:
        """Share of queries whose nearest reference is of their letter, in [0, 1]."""
        hits = exhaustive_hits(self.queries, self.truth, self.references, self.labels)
        return recall_at(hits, 1)

    def pairs(self, count: int, seed: int) -> Judged:
        """`count` pairs of a query and a reference, every other one of the same letter."""
        drawn = draw_pairs(self.truth, self.labels, count, seed)
        apart = self.queries[drawn.queries] - self.references[drawn.references]
        return Judged(drawn.queries, np.linalg.norm(apart, axis=1), drawn.same)
