"""The order of a small gallery."""

import numpy as np

from rasm.metrics.retrieval import exhaustive_hits, ranked_hits
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
