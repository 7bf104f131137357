"""Distances between references on the unit circle."""

import numpy as np

from rasm.metrics.distances import ClosePair, closest_pairs, confused, distance_matrix
from tests.retrieval.circle import at

NAMES = ["alif", "h", "s1"]
DISTANCES = distance_matrix(at(0, 180, 60))


def test_matrix_by_hand() -> None:
    expected = [[0, 2, 1], [2, 0, 3**0.5], [1, 3**0.5, 0]]
    np.testing.assert_allclose(DISTANCES, expected, atol=1e-6)
    assert (np.diag(DISTANCES) == 0).all() and (DISTANCES == DISTANCES.T).all()
    assert DISTANCES.dtype == np.float32


def test_confused_are_those_below_the_threshold_but_not_itself() -> None:
    assert np.argwhere(confused(DISTANCES, 1.1)).tolist() == [[0, 2], [2, 0]]
    assert not confused(DISTANCES, 0.9).any()


def test_closest_pairs_lowest_first_and_no_pair_twice() -> None:
    pairs = closest_pairs(DISTANCES, NAMES, 10)
    assert [(pair.first, pair.second) for pair in pairs] == [
        ("alif", "s1"),
        ("h", "s1"),
        ("alif", "h"),
    ]
    assert closest_pairs(DISTANCES, NAMES, 1) == [ClosePair("alif", "s1", float(DISTANCES[0, 2]))]
