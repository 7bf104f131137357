"""Sets of answers that hold the truth with a promised probability: split conformal prediction.

Every class gets a score, and the set is all classes whose score is at most a threshold, a quantile
of the scores of the truth on validation. There are three scores:

- lac: 1 - P(class) (Sadinle, Lei and Wasserman 2019), the smallest sets for the promise over all
  glyphs together, at the cost of the hard ones;
- aps: what is as probable or more (Romano, Sesia and Candes 2020), a share u of the class's own
  probability left out, u drawn evenly from [0, 1) for each glyph;
- raps: aps and a penalty for each place beyond the first few (Angelopoulos et al. 2021), which
  keeps sets of unsure glyphs from growing into the hundreds.

The promise holds for glyphs drawn like those of validation, and new families are not. So every
family of validation counts alike, and which score is used, with which penalty, is chosen by leaving
each family out: of those that keep the promise in the mean over the families left out, the one with
the smallest sets. The most probable class is in every set.
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.trust.families import family_weights, without_each

Score = Literal["lac", "aps", "raps"]
_SLACK = 0.005  # of coverage: what families left out lack by chance where a promise is just kept


class SetParams(BaseModel, frozen=True, extra="forbid"):
    """The promises, the first the one that answers show; what RAPS may be: penalty, free places."""

    coverage: tuple[float, ...] = Field(min_length=1)
    penalties: tuple[float, ...]
    free: tuple[int, ...]


class SetRule(BaseModel, frozen=True, extra="forbid"):
    """A score and its threshold, for a set that holds the truth with probability `coverage`."""

    coverage: float = Field(gt=0, lt=1)
    score: Score
    penalty: float = Field(ge=0, allow_inf_nan=False)
    """Of each place beyond the first `free`; 0 unless the score is raps."""
    free: int = Field(ge=0)
    threshold: float = Field(allow_inf_nan=False)

    def sets(
        self, probabilities: NDArray[np.float64], drawn: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which classes are in the set of each glyph (N, C), from P(class) (N, C).

        `drawn` (N,) in [0, 1) are the random numbers of aps and raps.
        """
        ranked = RankedClasses.of(probabilities)
        held = ranked.scores(self.score, drawn, self.penalty, self.free) <= self.threshold
        held[:, 0] = True
        inside = np.empty_like(held)
        np.put_along_axis(inside, ranked.order, held, axis=1)
        return inside


@dataclass(frozen=True)
class RankedClasses:
    """The classes of N glyphs, the most probable first; equal ones by number."""

    order: NDArray[np.int64]  # (N, C)
    own: NDArray[np.float64]  # (N, C) P(class)
    above: NDArray[np.float64]  # (N, C) P of all classes before it

    @classmethod
    def of(cls, probabilities: NDArray[np.float64]) -> Self:
        """Those of P(class) (N, C)."""
        order = np.argsort(-probabilities, axis=1, kind="stable")
        own = np.take_along_axis(probabilities, order, axis=1)
        return cls(order, own, np.cumsum(own, axis=1) - own)

    def places(self, classes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where a class of each glyph (N,) stands, from 0."""
        return np.asarray((self.order == classes[:, None]).argmax(axis=1), dtype=np.int64)

    def scores(
        self, score: Score, drawn: NDArray[np.float64], penalty: float, free: int
    ) -> NDArray[np.float64]:
        """The score of each (N, C), which no later one is below. `drawn` (N,) are in [0, 1).

        >>> ranked, drawn = RankedClasses.of(np.array([[0.25, 0.5, 0.25]])), np.array([0.5])
        >>> ranked.scores("lac", drawn, 0, 0).tolist()
        [[0.5, 0.75, 0.75]]
        >>> ranked.scores("aps", drawn, 0, 0).tolist()
        [[0.25, 0.625, 0.875]]
        >>> ranked.scores("raps", drawn, 0.125, 1).tolist()
        [[0.25, 0.75, 1.125]]
        """
        if score == "lac":
            return np.asarray(1 - self.own)
        beyond = np.maximum(np.arange(1, self.own.shape[1] + 1) - free, 0)
        return np.asarray(self.above + drawn[:, None] * self.own + penalty * beyond)


def weighted_threshold(
    scores: NDArray[np.float64], weights: NDArray[np.float64], coverage: float
) -> float:
    """The lowest of the scores of truths (N,) below or at which a share `coverage` of them lies.

    By weight, a new glyph of mean weight counted as beyond all: where weights are alike, it is the
    finite-sample quantile, the k-th lowest, k = ceil(coverage (N + 1)). With too few glyphs for the
    promise it is the highest one.

    >>> weighted_threshold(np.array([3.0, 1.0, 2.0]), np.ones(3), 0.5)
    2.0
    """
    order = np.argsort(scores, kind="stable")
    shares = np.cumsum(weights[order]) / (weights.sum() + weights.mean())
    # The nudge keeps 0.9 * 10 from needing ten of nine.
    place = int(np.searchsorted(shares, coverage - 1e-9))
    return float(scores[order[min(place, len(order) - 1)]])


def drawn_for(count: int, seed: int) -> NDArray[np.float64]:
    """The random numbers (count,) of glyphs, in [0, 1)."""
    return np.random.default_rng(seed).random(count)


def fit_sets(
    probabilities: NDArray[np.float64],
    apart: NDArray[np.float64],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    params: SetParams,
    seed: int,
) -> list[SetRule]:
    """A rule for each promise, from P(class) (N, C) of validation and true classes (N,).

    `apart` (N, C) are the same probabilities, each family's scaled by what the others say: by them
    the score is chosen, where there is more than one family.
    """
    drawn, rows = drawn_for(len(truth), seed), np.arange(len(truth))
    tried: list[tuple[Score, float, int]] = [("lac", 0.0, 0), ("aps", 0.0, 0)]
    tried += [("raps", penalty, free) for penalty in params.penalties for free in params.free]
    ranked = RankedClasses.of(apart)
    places = ranked.places(truth)
    found = []  # (candidates, promises, 2): coverage and size, means over the families left out
    for score, penalty, free in tried:
        held = ranked.scores(score, drawn, penalty, free)
        of_truth = held[rows, places]
        scores = []
        for asked in without_each(families):
            others = asked if asked.all() else ~asked
            weights = family_weights(families[others])
            for coverage in params.coverage:
                limit = weighted_threshold(of_truth[others], weights, coverage)
                inside = (of_truth[asked] <= limit) | (places[asked] == 0)
                sizes = np.maximum((held[asked] <= limit).sum(axis=1), 1)
                scores.append((inside.mean(), sizes.mean()))
        found.append(np.reshape(scores, (-1, len(params.coverage), 2)).mean(axis=0))
    everything = RankedClasses.of(probabilities)
    places, rules = everything.places(truth), []
    for coverage, outcomes in zip(params.coverage, np.stack(found, axis=1), strict=True):
        kept = np.flatnonzero(outcomes[:, 0] >= coverage - _SLACK)
        best = kept[outcomes[kept, 1].argmin()] if len(kept) else outcomes[:, 0].argmax()
        score, penalty, free = tried[int(best)]
        of_truth = everything.scores(score, drawn, penalty, free)[rows, places]
        limit = weighted_threshold(of_truth, family_weights(families), coverage)
        rules.append(
            SetRule(coverage=coverage, score=score, penalty=penalty, free=free, threshold=limit)
        )
    return rules
