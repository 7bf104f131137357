"""How probable it is that a vote of the nearest pictures names the right label.

Shares of votes are no probabilities: neighbours may agree and be far, or disagree because many are
asked. Two things are fitted on validation, by likelihood, every family alike. A temperature on the
logarithms of the shares (Guo et al. 2017, 'On calibration of modern neural networks'). And one
class more, that the right label is none of those that were voted for: its logit is linear in the
distance of the answer's nearest picture. It is to votes what the biases of vector scaling are to
logits. A factor and a bias for each label on top of it did not help families left out (LOG).
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from scipy.optimize import minimize
from scipy.special import log_softmax

from rasm.trust.families import family_weights

_FARTHEST = 2.0  # of unit vectors
_TEMPERATURES = (0.02, 20.0)
_LOGITS = (-30.0, 30.0)  # of the class `none`, and their slope: beyond, nothing changes


class VoteRule(BaseModel, frozen=True, extra="forbid"):
    """P(label) of those that the `voters` nearest vote for."""

    voters: int = Field(ge=1)
    temperature: float = Field(gt=0, allow_inf_nan=False)
    none: float = Field(allow_inf_nan=False)
    """Logit of none of them, at distance 0."""
    slope: float = Field(allow_inf_nan=False)
    """Of that logit, a unit of distance."""

    def probabilities(
        self, shares: NDArray[np.float64], distances: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """P (N, K + 1) of the K labels with `shares` (N, K) of the votes, and of none of them.

        `distances` (N,) are those of the nearest picture of the first label. A share of 0 is no
        label: there were fewer.
        """
        return np.exp(_log_p(shares, distances, self.temperature, self.none, self.slope))


def fit_vote_rule(
    shares: NDArray[np.float64],
    distances: NDArray[np.float64],
    places: NDArray[np.int64],
    families: NDArray[np.str_],
    voters: int,
) -> VoteRule:
    """The rule from N votes of validation, as `VoteRule.probabilities` takes them.

    `places` (N,) are those of the right labels among the K, K where it is none of them; `families`
    (N,) count alike.
    """
    rows, weights = np.arange(len(places)), family_weights(families)

    def loss(free: NDArray[np.float64]) -> float:
        log_p = _log_p(shares, distances, float(np.exp(free[0])), free[1], free[2])
        return -float(weights @ np.maximum(log_p[rows, places], _LOGITS[0]))

    bounds = [tuple(np.log(_TEMPERATURES)), _LOGITS, _LOGITS]
    options = {"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-9}
    start = np.array([0.0, -3.0, 1.0])
    found = minimize(loss, start, method="Nelder-Mead", bounds=bounds, options=options)
    warmth, none, slope = found.x.tolist()
    return VoteRule(voters=voters, temperature=float(np.exp(warmth)), none=none, slope=slope)


def _log_p(
    shares: NDArray[np.float64],
    distances: NDArray[np.float64],
    temperature: float,
    none: float,
    slope: float,
) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        voted = np.log(shares) / temperature
    nobody = none + slope * np.minimum(distances, _FARTHEST)
    logits = np.concatenate([voted, nobody[:, None]], axis=1)
    return np.asarray(log_softmax(logits, axis=1), dtype=np.float64)
