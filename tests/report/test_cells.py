"""The metrics of phase 1, on patterns that can be counted."""

import numpy as np
import pytest

from rasm.report.cells import score_cells

#                      empty wrong  right  right  for empty
TRUTH = np.array([0, 3, 1, 2, 3])
PREDICTED = np.array([0, 2, 1, 2, 0])
OCCURRENCES = np.array([50, 5, 30, 10, 5])
TRAIN_USE = np.array([900, 100, 20, 3])  # of the empty primitive and of 1, 2, 3


def test_by_hand() -> None:
    scores = score_cells(PREDICTED, TRUTH, OCCURRENCES, TRAIN_USE)
    assert scores["cells"] == 100
    assert scores["patterns"] == 5
    assert scores["accuracy"] == pytest.approx(0.9)  # 50 + 30 + 10 of 100
    assert scores["accuracy_inked"] == pytest.approx(0.8)  # 30 + 10 of 50
    assert scores["accuracy_patterns"] == pytest.approx(0.5)  # 2 of 4 inked patterns
    assert scores["empty_false_positive_rate"] == pytest.approx(0.1)  # 5 of 50 inked
    assert scores["empty_missed_rate"] == 0
    assert scores["accuracy_ceiling"] == scores["accuracy_inked_ceiling"] == 1


def test_thirds_of_the_primitives_by_training_use() -> None:
    """Primitive 3 is rare and never right, 2 is middling, 1 is common."""
    scores = score_cells(PREDICTED, TRUTH, OCCURRENCES, TRAIN_USE)
    assert scores["accuracy_rare"] == 0
    assert scores["accuracy_middling"] == scores["accuracy_common"] == 1


def test_empty_cells_taken_for_ink() -> None:
    scores = score_cells(np.array([4, 1]), np.array([0, 1]), np.array([10, 30]), TRAIN_USE)
    assert scores["empty_missed_rate"] == 1
    assert scores["accuracy"] == pytest.approx(0.75)


def test_a_third_that_does_not_occur_has_no_number() -> None:
    scores = score_cells(np.array([1]), np.array([1]), np.array([3]), TRAIN_USE)
    assert scores["accuracy_common"] == 1
    assert "accuracy_rare" not in scores
    assert all(np.isfinite(value) for value in scores.values())
