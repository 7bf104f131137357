"""When two pictures show the same letter: a threshold on their distance, and a probability.

Both are fitted on pairs of validation, half of them of one letter. The threshold is the distance
with the best balanced accuracy. The probability is a logistic function of the distance, fitted by
likelihood to targets that stay short of 0 and 1, so that pairs which a threshold parts without a
fault do not make it a step: Platt 1999, 'Probabilistic outputs for support vector machines',
section 2.2.

So it is the probability where one pair in two is of the same letter, for pairs like those of
validation. The threshold need not lie exactly where it is one half.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from scipy.optimize import minimize
from scipy.special import expit


class MatchRule(BaseModel, frozen=True, extra="forbid"):
    """A pair below the `threshold` is judged the same; P(same) is logistic in the distance."""

    threshold: float = Field(allow_inf_nan=False)
    slope: float = Field(allow_inf_nan=False)
    """Of the logit, a unit of distance; negative where near pairs are the same."""
    intercept: float = Field(allow_inf_nan=False)
    """Logit at distance 0."""

    def probabilities(self, distances: NDArray[np.float32]) -> NDArray[np.float64]:
        """P(same) (P,) in (0, 1) of pairs at Euclidean distances (P,)."""
        logits = self.intercept + self.slope * distances.astype(np.float64)
        return np.asarray(expit(logits), dtype=np.float64)


def fit_match_rule(distances: NDArray[np.float32], same: NDArray[np.bool_]) -> MatchRule:
    """The rule from pairs of validation at distances (P,), both kinds among them."""
    from rasm.metrics.verification import fit_threshold  # and scikit-learn, which use lacks

    positive = int(same.sum())
    negative = len(same) - positive
    targets = np.where(same, (positive + 1) / (positive + 2), 1 / (negative + 2))
    # Around their middle, slope and intercept hardly depend on each other.
    middle = float(distances.mean())
    centred = distances.astype(np.float64) - middle

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = line[0] * centred + line[1]
        error = expit(logits) - targets
        likelihood = np.logaddexp(0, logits) - targets * logits
        return float(likelihood.mean()), np.array([(error * centred).mean(), error.mean()])

    slope, height = minimize(loss, np.zeros(2), jac=True, method="BFGS").x.tolist()
    return MatchRule(
        threshold=fit_threshold(distances, same), slope=slope, intercept=height - slope * middle
    )
