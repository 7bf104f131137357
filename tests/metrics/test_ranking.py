"""Orders, and what is left once the worst are refused."""

import numpy as np
import pytest

from rasm.metrics.intervals import IntervalParams
from rasm.metrics.ranking import adjacent_right, anew_right, rejection_scores

INTERVALS = IntervalParams(resamples=200, level=0.9)


def test_neighbours_of_a_ladder_are_compared() -> None:
    scores = np.array([[5.0, 4.0, 4.5, 4.5], [3.0, 2.0, 1.0, 0.0]])
    assert adjacent_right(scores).tolist() == [[1, 0, 0.5], [1, 1, 1]]
    assert adjacent_right(scores, apart=2).tolist() == [[1, 0], [1, 1]]


def test_two_views_are_compared_with_each_other() -> None:
    """The first ladder's pictures lie far above the second's, whichever is the more damaged."""
    scores = np.array([[9.0, 8.0, 7.0], [3.0, 2.0, 1.0], [0.0, -1.0, -2.0]])
    assert anew_right(scores, np.array(["a", "a", "b"])).tolist() == [1, 1, 0, 0]


def test_refusing_what_is_wrong_leaves_what_is_right() -> None:
    right = np.array([True] * 6 + [False] * 4)
    scores = np.arange(10, 0, -1.0)  # the four wrong ones last
    groups = np.array(["a", "b"] * 5)
    found = rejection_scores(right, scores, groups, 0.2, INTERVALS, 0)
    assert found["error"] == pytest.approx(0.4)
    assert found["error_kept"] == pytest.approx(2 / 8)
    assert found["error_ratio"] == pytest.approx(2 / 8 / 0.4)
    assert found["error_ratio_low"] <= found["error_ratio"] <= found["error_ratio_high"]
    worst = rejection_scores(right, -scores, groups, 0.2, INTERVALS, 0)
    assert worst["error_kept"] == pytest.approx(0.5)


def test_without_errors_nothing_is_won() -> None:
    right = np.ones(10, dtype=np.bool_)
    found = rejection_scores(right, np.arange(10.0), np.array(["a"] * 10), 0.2, INTERVALS, 0)
    assert (found["error"], found["error_kept"], found["error_ratio"]) == (0, 0, 1)
