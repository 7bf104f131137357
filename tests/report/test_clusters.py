"""Clusters of errors, on vectors whose groups can be seen."""

import numpy as np

from rasm.report.clusters import CLUSTER_COLUMNS, cluster_errors, describe_clusters
from tests.report.toy_errors import errors


def directions(degrees: list[float], lengths: float | np.ndarray = 1.0) -> np.ndarray:
    angles = np.radians(degrees)
    return (np.stack([np.cos(angles), np.sin(angles)], axis=1).T * lengths).T.astype(np.float32)


def test_three_directions_are_three_clusters_largest_first() -> None:
    """4 vectors about 90 degrees, 3 about 0, 2 about 180; the most central of each comes first."""
    vectors = directions([0, 88, 3, 91, 180, 94, 2, 90, 183])
    found = cluster_errors(vectors, at_most=6)
    assert [sorted(rows.tolist()) for rows in found] == [[1, 3, 5, 7], [0, 2, 6], [4, 8]]
    assert found[0][0] in (3, 7)  # 91 and 90 degrees; the mean is 90.75
    assert found[0][-1] == 5
    assert found[1][0] == 6  # 2 degrees; the mean is 1.67


def test_length_does_not_count() -> None:
    degrees = [0.0, 5, 90, 95]
    short_and_long = directions(degrees, np.array([1, 50, 1, 50]))
    assert [sorted(rows.tolist()) for rows in cluster_errors(short_and_long, 3)] == [[0, 1], [2, 3]]


def test_no_more_than_asked_for() -> None:
    vectors = directions([0, 1, 90, 91, 180, 181, 270, 271])
    assert len(cluster_errors(vectors, at_most=8)) == 4
    assert len(cluster_errors(vectors, at_most=2)) == 2


def test_too_few_or_equal_errors_are_one_cluster_or_none() -> None:
    assert cluster_errors(np.zeros((0, 5), np.float32), 4) == []
    assert [rows.tolist() for rows in cluster_errors(directions([0, 90]), 4)] == [[0, 1]]
    assert [rows.tolist() for rows in cluster_errors(directions([7, 7, 7, 7]), 4)] == [[0, 1, 2, 3]]
    assert len(cluster_errors(np.zeros((5, 3), np.float32), 4)) == 1


def test_description_names_what_is_commonest() -> None:
    first, second = describe_clusters(errors(), [np.array([2, 3, 7]), np.array([1])])
    assert tuple(first) == CLUSTER_COLUMNS
    assert first == {
        "cluster": 1,
        "glyphs": 3,
        "confusions": "kaf (+1) -> fatha 2, fatha -> kaf (+1) 1",
        "types": "class 3",
        "families": "Oi 2, Cairo 1",
        "char_classes": "isol 2, diacritic 1",
    }
    assert (second["cluster"], second["types"]) == (2, "dots 1")
