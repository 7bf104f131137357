"""Scores of rankings that fit on a line."""

import numpy as np
import pytest

from rasm.metrics.retrieval import (
    Confusion,
    average_precision,
    average_precision_at_r,
    class_confusions,
    recall_at,
    retrieval_scores,
)


def ranks(*rows: str) -> np.ndarray:
    """`x` is a hit, `.` is none."""
    return np.array([[sign == "x" for sign in row] for row in rows])


def test_recall_asks_for_one_hit() -> None:
    hits = ranks("x...", ".x.x", "...x", "....")
    assert [recall_at(hits, k) for k in (1, 2, 3, 4)] == [0.25, 0.5, 0.5, 0.75]
    assert recall_at(hits, 10) == 0.75, "a gallery of four has no rank 10"


def test_average_precision_by_hand() -> None:
    """x.x: (1/1 + 2/3) / 2; ..x: (1/3) / 1; xx with a third cut off: 2/3; none relevant: 0."""
    hits = ranks("x.x.", "..x.", "xx..", "....")
    found = average_precision(hits, np.array([2, 1, 3, 0]))
    np.testing.assert_allclose(found, [5 / 6, 1 / 3, 2 / 3, 0])


def test_average_precision_at_r_looks_at_the_first_r() -> None:
    """The worked cases of R = 10 in the source: ten ranks of which the hits are these.

    One hit at rank 1: 1/10. Two at 1 and 2: 2/10. Two at 1 and 10: (1 + 2/10) / 10. All: 1.
    """
    hits = ranks("x.........", "xx........", "x........x", "xxxxxxxxxx")
    found = average_precision_at_r(hits, np.full(4, 10))
    np.testing.assert_allclose(found, [0.1, 0.2, 0.12, 1.0])


def test_hits_beyond_r_do_not_count() -> None:
    assert average_precision_at_r(ranks(".xx"), np.array([2])).tolist() == [0.25]
    assert average_precision_at_r(ranks("..x"), np.array([0])).tolist() == [0.0]


def test_scores_are_means_over_queries() -> None:
    scores = retrieval_scores(ranks("x.x", ".x."), np.array([2, 1]))
    assert scores == {
        "recall_at_1": 0.5,
        "recall_at_5": 1.0,
        "recall_at_10": 1.0,
        "map": pytest.approx((5 / 6 + 1 / 2) / 2),
        "map_at_r": pytest.approx((1 / 2 + 0) / 2),
    }


def test_confusions_most_frequent_first_then_by_name() -> None:
    truth = np.array(["teh", "teh", "teh", "teh", "beh", "alef"])
    answered = np.array(["beh", "beh", "noon", "teh", "teh", "alef"])
    assert class_confusions(truth, answered, 2) == [
        Confusion("teh", "beh", 2, 0.5),
        Confusion("beh", "teh", 1, 1.0),
    ]
    assert len(class_confusions(truth, answered, 9)) == 3
