"""The rule on pairs, at distances where the likeliest line can be worked out by hand."""

import numpy as np
import pytest

from rasm.trust.matching import MatchRule, fit_match_rule

# Of four pairs near each other three are the same, of four far ones one.
DISTANCES = np.array([0.2] * 4 + [0.8] * 4, dtype=np.float32)
SAME = np.array([True, True, True, False, True, False, False, False])


def test_probabilities_are_the_shares_that_platts_targets_leave() -> None:
    """Two distances and two numbers to fit, so each gets the mean of its targets.

    Those are 5/6 and 1/6 with four pairs a side: (3 * 5/6 + 1/6) / 4 = 2/3, and 1/3 far off. Half
    way between them it is a toss.
    """
    rule = fit_match_rule(DISTANCES, SAME)
    asked = np.array([0.2, 0.5, 0.8], dtype=np.float32)
    assert rule.probabilities(asked) == pytest.approx([2 / 3, 1 / 2, 1 / 3], abs=1e-4)
    assert rule.threshold == pytest.approx(0.5)


def test_pairs_without_a_fault_make_no_step() -> None:
    """The likeliest of all lines would be infinitely steep; the targets 5/6 and 1/6 are met."""
    rule = fit_match_rule(DISTANCES, DISTANCES < 0.5)
    assert rule.probabilities(DISTANCES[[0, -1]]) == pytest.approx([5 / 6, 1 / 6], abs=1e-4)


def test_a_distance_that_says_nothing_is_a_toss_at_any_distance() -> None:
    rule = fit_match_rule(DISTANCES, np.arange(8) % 2 == 0)
    assert rule.probabilities(np.array([0.0, 2.0], np.float32)) == pytest.approx(0.5, abs=1e-3)


def test_a_line_by_hand() -> None:
    rule = MatchRule(threshold=0.5, slope=-np.log(9), intercept=np.log(9))
    found = rule.probabilities(np.array([0, 1, 2], dtype=np.float32))
    assert found == pytest.approx([0.9, 0.5, 0.1])
