"""One list of the index's hits and the user's pictures."""

import numpy as np

from rasm.retrieval.added import with_added
from rasm.retrieval.index import Searcher, build_index
from tests.retrieval.circle import at
from tests.retrieval.test_index import params

GALLERY = at(0, 90, 180)
QUERIES = at(0, 150)


def merged(added: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    hits = Searcher(build_index(GALLERY, params(), 0)).search(QUERIES, 3)
    return with_added(hits, QUERIES, added, first=3, top=top)


def test_added_pictures_stand_where_their_distance_puts_them() -> None:
    """Added at 60 (number 3) and 150 degrees (number 4)."""
    distances, numbers = merged(at(60, 150), top=3)
    assert numbers.tolist() == [[0, 3, 1], [4, 2, 1]]
    near = 2 * np.sin(np.radians(15))
    np.testing.assert_allclose(distances, [[0, 1, 2**0.5], [0, near, 1]], atol=1e-3)
    assert distances.dtype == np.float32 and numbers.dtype == np.int64


def test_at_equal_distance_the_added_comes_first() -> None:
    assert merged(at(0), top=2)[1].tolist() == [[3, 0], [2, 1]]


def test_nothing_added_changes_nothing() -> None:
    assert merged(at(), top=3)[1].tolist() == [[0, 1, 2], [2, 1, 0]]


def test_all_are_shown_when_there_is_room() -> None:
    assert merged(at(60), top=20)[1].shape == (2, 4)


def test_what_the_index_did_not_find_stays_last() -> None:
    hits = (np.array([[0.5, np.inf]], np.float32), np.array([[0, -1]]))
    distances, numbers = with_added(hits, at(0), at(90), first=9, top=3)
    assert numbers.tolist() == [[0, 9, -1]] and np.isinf(distances[0, 2])
