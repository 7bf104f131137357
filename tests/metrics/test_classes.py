"""Scores class by class, worked out by hand."""

import numpy as np
import pytest

from rasm.metrics.classes import ClassScore, balanced_accuracy, class_scores, most_confused
from rasm.metrics.separation import separation
from tests.retrieval.circle import at

TRUTH = np.array([*"aaaabbc"])
ANSWERED = np.array([*"aaabbaz"])


def test_scores_of_a_class() -> None:
    """a: 3 of 4 are found and 3 of 4 answers right; b: 1 of 2 and 1 of 2; c is never answered."""
    assert class_scores(TRUTH, ANSWERED) == [
        ClassScore("c", 0.0, 0.0, 0.0, 1, 0),
        ClassScore("b", 0.5, 0.5, 0.5, 2, 2),
        ClassScore("a", 0.75, 0.75, 0.75, 4, 4),
    ]
    assert balanced_accuracy(TRUTH, ANSWERED) == pytest.approx((0.75 + 0.5 + 0) / 3)


def test_matrix_of_the_confused() -> None:
    """Taken for each other are a and b, once each; the pair (c, z) has no room beside them."""
    found = most_confused(TRUTH, ANSWERED, 2)
    assert found.names == ("a", "b")
    assert found.counts.tolist() == [[3, 1, 0], [1, 1, 0]]
    assert most_confused(TRUTH, ANSWERED, 4).names == ("a", "b", "c", "z")
    other = most_confused(np.array([*"aaab"]), np.array([*"bbca"]), 2)
    assert other.counts.tolist() == [[0, 2, 1], [1, 0, 0]]
    assert most_confused(TRUTH, TRUTH, 2).names == ()
    with pytest.raises(ValueError, match="takes two classes"):
        most_confused(TRUTH, ANSWERED, 1)


def test_separation_by_hand() -> None:
    """Cosines at 0, 60 | 90, 150 degrees: 1/2, 1/2 within; 0, -cos 30, cos 30, 0 between.

    Means 1/2 and 0, sums of squares about them 0 and 3/2, over 2 + 4 - 2 degrees of freedom.
    """
    found = separation(at(0, 60, 90, 150), np.array([*"aabb"]))
    assert found["similarity_within"] == pytest.approx(0.5)
    assert found["similarity_between"] == pytest.approx(0, abs=1e-6)
    assert found["similarity_effect_size"] == pytest.approx(0.5 / np.sqrt(1.5 / 4))


def test_one_class_or_no_pair_of_one_class_separates_nothing() -> None:
    assert separation(at(0, 60, 90), np.array([*"aaa"])) == {}
    assert separation(at(0, 60, 90), np.array([*"abc"])) == {}
