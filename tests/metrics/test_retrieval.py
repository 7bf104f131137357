"""The order of a small gallery, and scores of rankings that fit on a line."""

import numpy as np
import pytest

from rasm.metrics.retrieval import (
    Confusion,
    average_precision,
    average_precision_at_r,
    class_confusions,
    exhaustive_hits,
    label_ranks,
    ranked_hits,
    recall_at,
    retrieval_scores,
)
from tests.retrieval.circle import at

LABELS = np.array(["a", "b", "a", "b"])


def test_hits_follow_the_distance() -> None:
    distances = np.array([[0.3, 0.1, 0.2, 0.4]], dtype=np.float32)  # b a a b
    assert ranked_hits(distances, LABELS, np.array(["a"])).tolist() == [[False, True, True, False]]


def test_equal_distances_go_by_gallery_number() -> None:
    distances = np.full((2, 4), 0.5, dtype=np.float32)
    hits = ranked_hits(distances, LABELS, np.array(["a", "b"]))
    assert hits.tolist() == [[True, False, True, False], [False, True, False, True]]


def test_a_query_does_not_find_itself() -> None:
    """Entry 2 (a) is the first query: it leaves b a . b, and goes last as no hit."""
    distances = np.array([[0.3, 0.1, 0.0, 0.4], [0.3, 0.1, 0.0, 0.4]], dtype=np.float32)
    hits = ranked_hits(distances, LABELS, np.array(["a", "a"]), own=np.array([2, -1]))
    assert hits.tolist() == [[False, True, False, False], [True, False, True, False]]
    assert distances[0, 2] == 0, "the caller's distances stay as they are"


def test_embeddings_in_portions_rank_as_one_by_one() -> None:
    """600 queries are three portions; the gallery is at 0, 90, 180, 270 degrees."""
    degrees = np.arange(600) * 0.6 + 0.1
    gallery = at(0, 90, 180, 270)
    truth = np.array(["a", "b"])[(np.round(degrees / 90).astype(int) % 4) % 2]
    hits = exhaustive_hits(at(*degrees), truth, gallery, LABELS)
    assert hits.shape == (600, 4) and hits[:, 0].all()
    own = np.full(600, -1)
    own[599] = 0  # at 359.5 degrees; without entry 0 the next a is the one opposite
    assert exhaustive_hits(at(*degrees), truth, gallery, LABELS, own)[599].tolist() == [
        False,
        False,
        True,
        False,
    ]


def test_labels_rank_by_their_nearest_entry() -> None:
    """b .1, a .2, c .3; for the second query a and c tie, and the third is about no label."""
    labels = np.array(["a", "b", "a", "c", "c"])
    distances = np.array(
        [[0.9, 0.1, 0.2, 0.5, 0.3], [0.2, 0.1, 0.4, 0.2, 0.5], [0.1] * 5], dtype=np.float32
    )
    assert label_ranks(distances, labels, np.array(["c", "a", "z"])).tolist() == [2, 2, 3]
    assert label_ranks(distances, labels, np.array(["b", "b", "0"])).tolist() == [0, 0, 3]


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
