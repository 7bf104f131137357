"""How probable a vote is, where it can be worked out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.trust.votes import VoteRule, fit_vote_rule

# Two labels a vote, four votes of each kind: three of four of the near ones are right, and so are
# two of four of the far ones, where for the others none is.
SHARES = np.array([[0.9, 0.1]] * 8)
DISTANCES = np.array([0.2] * 4 + [1.2] * 4)
PLACES = np.array([0, 0, 0, 1, 0, 0, 2, 2])
ONE = np.array(["a"] * 8)


def test_a_temperature_and_nobody_by_hand() -> None:
    """Squares of .9 and .1 are 81 to 1; nobody is e^0 at distance 0, e^2 at 1, and no farther."""
    rule = VoteRule(voters=2, temperature=0.5, none=0.0, slope=2.0)
    shares, nobody = np.array([0.81, 0.01]), np.exp([0.0, 2.0, 4.0, 4.0])
    found = rule.probabilities(np.tile([0.9, 0.1], (4, 1)), np.array([0.0, 1.0, 2.0, np.inf]))
    for row, weight in zip(found, nobody, strict=True):
        assert row == pytest.approx(np.array([*shares, weight]) / (0.82 + weight))


def test_fewer_labels_than_others_have() -> None:
    rule = VoteRule(voters=2, temperature=1.0, none=-30.0, slope=0.0)
    assert rule.probabilities(np.array([[1.0, 0.0]]), np.array([0.1])) == pytest.approx(
        np.array([[1, 0, 0]])
    )


def test_what_is_fitted_is_what_was_counted() -> None:
    """None of them: never near, half of the time far. Of the rest 5 of 6 are the first label."""
    rule = fit_vote_rule(SHARES, DISTANCES, PLACES, ONE, voters=2)
    near, far = rule.probabilities(SHARES[[0, 4]], DISTANCES[[0, 4]])
    assert near == pytest.approx([5 / 6, 1 / 6, 0], abs=1e-3)
    assert far == pytest.approx([5 / 12, 1 / 12, 1 / 2], abs=1e-3)


def test_every_family_counts_alike() -> None:
    """Of family a the first label is right always, of b, with a third as many, the second."""
    shares: NDArray[np.float64] = np.array([[0.6, 0.4]] * 4)
    families, places = np.array([*"aaab"]), np.array([0, 0, 0, 1])
    rule = fit_vote_rule(shares, np.full(4, 0.5), places, families, voters=2)
    assert rule.probabilities(shares[:1], np.array([0.5]))[0, :2] == pytest.approx(0.5, abs=0.02)
    alike = fit_vote_rule(shares, np.full(4, 0.5), places, np.array(["a"] * 4), voters=2)
    (first, second, _) = alike.probabilities(shares[:1], np.array([0.5]))[0]
    assert (first, second) == pytest.approx((0.75, 0.25), abs=0.02)
