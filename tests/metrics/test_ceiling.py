"""The oracle, on six pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.metrics.labels import ceiling, f1_ceilings, oracle_ranking, score_ranking

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


def test_f1_ceilings_by_hand() -> None:
    """Label 0: pictures a (2 of 2 glyphs) and b (1 of 3); a alone is best, F1 = 2*2 / (2 + 3)."""
    pictures = [b"a", b"a", b"b", b"b", b"b"]
    labels = np.array([0, 0, 0, 1, 1])
    best = {0: 4 / 5, 1: 2 * 2 / (3 + 2)}
    bounds = f1_ceilings(pictures, labels)
    assert bounds["macro_f1"] == pytest.approx((best[0] + best[1]) / 2)
    assert bounds["weighted_f1"] == pytest.approx((3 * best[0] + 2 * best[1]) / 5)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12), st.data()
)
def test_no_answer_by_picture_beats_the_f1_ceilings(
    glyphs: list[tuple[int, int]], data: st.DataObject
) -> None:
    pictures = [bytes([picture]) for picture, _ in glyphs]
    labels = np.array([label for _, label in glyphs])
    answer_of = {p: data.draw(st.integers(0, 3)) for p in sorted(set(pictures))}
    ranking = np.array([[answer_of[p]] for p in pictures])
    scores = score_ranking(ranking, labels)
    for name, bound in f1_ceilings(pictures, labels).items():
        assert scores[name] <= bound + 1e-9
