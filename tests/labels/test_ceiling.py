"""The oracle, on six pictures."""

import numpy as np
import pytest

from rasm.labels.ceiling import ceiling, oracle_ranking

PICTURES = [b"o", b"o", b"o", b"i", b"i", b"z"]
LABELS = np.array([5, 0, 5, 5, 0, 9])


def test_most_common_label_first() -> None:
    """`o` is 5 twice and 0 once; `i` is a tie that the set as a whole decides for 5."""
    ranking = oracle_ranking(PICTURES, LABELS, 3)
    assert ranking.tolist() == [[5, 0, -1]] * 3 + [[5, 0, -1]] * 2 + [[9, -1, -1]]


def test_the_picture_counts_before_the_whole_set() -> None:
    """`o` is 1 twice and 0 once, though 0 is the more common label everywhere else."""
    ranking = oracle_ranking([b"o", b"o", b"o", b"i", b"i"], np.array([1, 1, 0, 0, 0]), 2)
    assert ranking.tolist() == [[1, 0]] * 3 + [[0, -1]] * 2


def test_depth_cuts() -> None:
    assert oracle_ranking(PICTURES, LABELS, 1).tolist() == [[5], [5], [5], [5], [5], [9]]


def test_ceiling_is_the_share_that_the_oracle_gets_right() -> None:
    """It misses the 0 among `o` and the 0 among `i`: 4 of 6."""
    assert ceiling(PICTURES, LABELS) == pytest.approx(4 / 6)
    assert ceiling(PICTURES, np.zeros(6, dtype=np.int64)) == 1
    assert ceiling([b"a", b"b"], np.array([0, 1])) == 1
    assert ceiling([b"a", b"a"], np.array([0, 1])) == 0.5


def test_a_full_tie_goes_to_the_lower_label() -> None:
    assert oracle_ranking([b"a", b"a"], np.array([3, 1]), 2).tolist() == [[1, 3], [1, 3]]
