"""Two recognisers, one answer: a weighted sum of log-probabilities.

The weight is fitted on validation by likelihood. It is a product of experts with one free number,
too little to over-fit.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from rasm.trust.temperature import negative_log_likelihood


def fuse(
    first: NDArray[np.float32], second: NDArray[np.float32], weight: float
) -> NDArray[np.float32]:
    """Unnormalised log-probabilities (N, C): weight * log P1 + (1 - weight) * log P2."""
    mixed = weight * log_softmax(first, axis=1) + (1 - weight) * log_softmax(second, axis=1)
    return np.asarray(mixed, dtype=np.float32)


def fit_fusion(
    first: NDArray[np.float32], second: NDArray[np.float32], truth: NDArray[np.int64]
) -> float:
    """Weight in [0, 1] of the first recogniser's (N, C) calibrated logits."""

    def loss(weight: float) -> float:
        return negative_log_likelihood(fuse(first, second, weight), truth)

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x)
