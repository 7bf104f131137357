"""The metrics of phase 1, on patterns that can be counted."""

import numpy as np
import pytest

from rasm.primitives.patterns import ReadCells
from rasm.metrics.cells import neighbourhood, score_cells

#                      empty wrong  right  right  for empty
TRUTH = [0, 3, 1, 2, 3]
PREDICTED = [0, 2, 1, 2, 0]
OCCURRENCES = [50, 5, 30, 10, 5]
TRAIN_USE = np.array([900, 100, 20, 3])  # of the empty primitive and of 1, 2, 3
# Two pixels: 1 is (1, 0), 2 is (1, 1), 3 is (0, 0.5); empty is (0, 0).
CENTROIDS = np.array([[1, 0], [1, 1], [0, 0.5]], dtype=np.float32)


def score(predicted: list[int], truth: list[int], occurrences: list[int]) -> dict[str, float]:
    bits = np.zeros((len(truth), 2), dtype=np.float32)
    read = ReadCells(bits, np.array(predicted), np.array(truth), np.array(occurrences))
    return score_cells(read, TRAIN_USE, CENTROIDS)


def test_by_hand() -> None:
    scores = score(PREDICTED, TRUTH, OCCURRENCES)
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
    scores = score(PREDICTED, TRUTH, OCCURRENCES)
    assert scores["accuracy_rare"] == 0
    assert scores["accuracy_middling"] == scores["accuracy_common"] == 1


def test_empty_cells_taken_for_ink() -> None:
    scores = score([3, 1], [0, 1], [10, 30])
    assert scores["empty_missed_rate"] == 1
    assert scores["accuracy"] == pytest.approx(0.75)


def test_a_third_that_does_not_occur_has_no_number() -> None:
    scores = score([1], [1], [3])
    assert scores["accuracy_common"] == 1
    assert "accuracy_rare" not in scores
    assert all(np.isfinite(value) for value in scores.values())


def test_distances_and_ranks_by_hand() -> None:
    """From 3 at (0, 0.5): empty at 0.5, then 1 and 2, alike far and so in their order."""
    distance, rank = neighbourhood(CENTROIDS)
    np.testing.assert_allclose(distance[3], [0.5, 1.25**0.5, 1.25**0.5, 0])
    assert rank[3].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(distance[0], [0, 1, 2**0.5, 0.5])
    assert rank[0].tolist() == [4, 2, 3, 1]


def test_errors_by_how_near_the_answer_is_to_the_truth() -> None:
    """Of ten misread cells of primitive 3, five go to its first neighbour, five to its third."""
    scores = score(PREDICTED, TRUTH, OCCURRENCES)
    assert scores["errors_among_nearest_1"] == pytest.approx(0.5)
    assert scores["errors_among_nearest_3"] == scores["errors_among_nearest_10"] == 1


def test_without_errors_there_is_nothing_to_share_out() -> None:
    assert not any(name.startswith("errors") for name in score([1], [1], [3]))
