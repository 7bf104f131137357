"""Answers as sets that hold the truth with a promised probability.

Split conformal prediction with the score 1 - P(truth): the set is every class at least as probable
as a threshold, and the threshold is a quantile over validation. The promise holds for glyphs drawn
like validation's; new families are not quite that, which is why evaluation measures the coverage.
Source: Sadinle, Lei and Wasserman 2019.
"""

import math

import numpy as np
from numpy.typing import NDArray


def fit_conformal_threshold(probability_of_truth: NDArray[np.float64], coverage: float) -> float:
    """Least probability that a class needs to be in the set, from validation P(truth) (N,).

    The finite-sample quantile: with too few samples for the promise it is 0, which admits all.
    """
    ordered = np.sort(probability_of_truth)
    # 1 - 0.9 is a hair below 0.1: without the nudge a whole number would lose one.
    index = math.floor((1 - coverage) * (len(ordered) + 1) + 1e-9) - 1
    return float(ordered[index]) if index >= 0 else 0.0


def set_sizes(probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.int64]:
    """Number of classes in each set, (N,)."""
    return np.asarray((probabilities >= threshold).sum(axis=1), dtype=np.int64)
