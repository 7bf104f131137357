"""Scores class by class, worked out by hand."""

import numpy as np
import pytest

from rasm.metrics.classes import (
    MEAN_OF_CLASSES,
    ClassScore,
    balanced_accuracy,
    class_scores,
    f1_changes,
    most_confused,
)
from rasm.metrics.intervals import IntervalParams
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


INTERVALS = IntervalParams(resamples=400, level=0.9)


def test_what_a_second_run_adds_to_each_class() -> None:
    """F1 is that of `class_scores`; that of a class which both answer alike does not move."""
    after = np.array([*"aaaabac"])
    mean, *classes = f1_changes(TRUTH, ANSWERED, after, np.array([*"1234567"]), INTERVALS, 0)
    for row in classes:
        for given, f1 in ((ANSWERED, row.before), (after, row.after)):
            (score,) = (one for one in class_scores(TRUTH, given) if one.name == row.name)
            assert f1 == pytest.approx(score.f1)
    assert mean.name == MEAN_OF_CLASSES and mean.support == 7
    assert mean.change == pytest.approx(np.mean([row.change for row in classes]))
    changes = [abs(row.change) for row in classes]
    assert classes[0].name == "c" and changes == sorted(changes, reverse=True)
    assert (classes[0].low, classes[0].high) == (1, 1), "wrong before and right after, in any draw"
    same = f1_changes(TRUTH, ANSWERED, ANSWERED, np.array([*"1234567"]), INTERVALS, 0)
    assert not any(row.is_told or row.low or row.high or row.change for row in same)


def test_groups_are_drawn_whole() -> None:
    """A hundred pictures of one ID are right or wrong as one, so that they tell little of others.

    Half of the pictures become right. Of a hundred IDs that is beyond chance, of two it is not: one
    draw in four holds only the ID that does not change.
    """
    truth, before = np.full(100, "a"), np.full(100, "b")
    after = np.where(np.arange(100) < 50, "a", "b")
    for groups, told in ((np.arange(100), True), (np.arange(100) // 50, False)):
        (mean, row) = f1_changes(truth, before, after, groups.astype(np.str_), INTERVALS, 0)
        assert row.change == mean.change == pytest.approx(2 / 3)
        assert row.is_told == told
