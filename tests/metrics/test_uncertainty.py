"""Whom to ask about first, worked out by hand."""

import numpy as np
import pytest

from rasm.metrics.uncertainty import disagreements, entropies, label_doubts, review_order

SURE, TORN = [1.0, 0.0], [0.5, 0.5]


def test_entropy_and_disagreement_by_hand() -> None:
    """Half and half: log 2. Both certain of others: log 2; certain and torn in between."""
    assert entropies(np.array([SURE, TORN])) == pytest.approx([0, np.log(2)])
    first, second = np.array([SURE, SURE, TORN]), np.array([SURE, [0.0, 1.0], TORN])
    assert disagreements(first, second) == pytest.approx([0, np.log(2), 0])
    (between,) = disagreements(np.array([SURE]), np.array([TORN]))
    assert between == pytest.approx(0.75 * np.log(4 / 3) + 0.25 * np.log(4) - 0.5 * np.log(2))


def test_doubts_of_labels_by_hand() -> None:
    """.98 against .02 is log 49; none are the best one, what has no label, and .8 against .2."""
    p = np.array([[0.98, 0.02]] * 3 + [[0.8, 0.2]])
    assert label_doubts(p, np.array([1, 0, -1, 1])) == pytest.approx([np.log(49), 0, 0, 0])


def test_doubted_labels_come_first_then_what_is_uncertain() -> None:
    doubts = np.array([0.0, 2.0, 0.0, 5.0, 0.0])
    entropy = np.array([0.1, 0.0, 2.0, 0.0, 0.1])
    disagreement = np.array([0.0, 0.0, 0.0, 0.0, 0.5])
    assert review_order(doubts, entropy, disagreement).tolist() == [3, 1, 2, 4, 0]
    assert review_order(*[np.zeros(0)] * 3).tolist() == []
