"""Calibrated confidence by one number: logits divided by a temperature.

Source: Guo et al. 2017, 'On calibration of modern neural networks'.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax


def fit_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Temperature that minimises the negative log-likelihood of (N, C) logits, in [0.05, 20]."""

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits / np.exp(log_temperature), truth)

    bounds = (np.log(0.05), np.log(20.0))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def negative_log_likelihood(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Mean -log P(truth), in nats."""
    log_p = log_softmax(logits.astype(np.float64), axis=1)
    return float(-log_p[np.arange(len(truth)), truth].mean())
