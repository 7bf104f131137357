"""Scores of ranked answers, by hand and against scikit-learn."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import f1_score, top_k_accuracy_score

from rasm.metrics import labels
from rasm.metrics.labels import rank, score_ranking, top_k

RANKING = np.array([[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]])
TRUTH = np.array([0, 0, 1, 1])


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(labels).attempted > 0
    assert doctest.testmod(labels).failed == 0


def test_best_first_and_ties_to_the_lower_index() -> None:
    given = np.array([[0.1, 0.7, 0.2, 0.7], [0.0, 0.0, 0.0, 1.0]])
    assert rank(given, depth=3).tolist() == [[1, 3, 2], [3, 0, 1]]
    assert rank(given).shape == (2, 4)


@pytest.mark.parametrize(("k", "expected"), [(1, 0.5), (2, 1.0), (9, 1.0)])
def test_top_k_by_hand(k: int, expected: float) -> None:
    assert top_k(RANKING, TRUTH, k) == expected


def test_f1_by_hand() -> None:
    """First answers 0 1 1 2 for 0 0 1 1: both labels have precision or recall 1 and 1/2.

    Label 0: P 1, R 1/2, F 2/3. Label 1: P 1/2, R 1/2, F 1/2. Label 2 does not occur: not counted.
    """
    result = score_ranking(RANKING, TRUTH)
    assert result["macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert result["weighted_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert result["top1"] == 0.5


def test_weighted_f1_counts_by_support() -> None:
    """Three of label 0, two found: P 1, R 2/3, F 4/5. One of label 1: P 1/2, R 1, F 2/3."""
    result = score_ranking(np.array([[0], [0], [1], [1]]), np.array([0, 0, 0, 1]))
    assert result["macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert result["weighted_f1"] == pytest.approx((3 * 4 / 5 + 2 / 3) / 4)


def test_as_scikit_learn_has_it() -> None:
    generator = np.random.default_rng(0)
    truth = np.concatenate([np.arange(20), generator.integers(0, 20, 480)])
    given = generator.random((500, 20)) + 0.7 * np.eye(20)[truth]
    ranking = rank(given)
    result = score_ranking(ranking, truth)
    for k in (1, 5, 10):
        assert result[f"top{k}"] == pytest.approx(top_k_accuracy_score(truth, given, k=k))
    for average in ("macro", "weighted"):
        expected = f1_score(truth, given.argmax(axis=1), average=average)
        assert result[f"{average}_f1"] == pytest.approx(expected)


def test_many_labels_on_few_glyphs_raise_no_warning() -> None:
    """A small test family: every glyph another label."""
    assert score_ranking(np.arange(30)[:, None], np.arange(30))["macro_f1"] == 1
