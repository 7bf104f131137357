"""Judgements on pairs whose distances can be sorted by eye."""

import numpy as np
import pytest

from rasm.metrics.verification import (
    Matching,
    accuracy_at,
    draw_pairs,
    equal_error_rate,
    fit_threshold,
    verification_scores,
)
from tests.retrieval.circle import at

# In order of distance: same same different same different different
DISTANCES = np.array([0.1, 0.2, 0.4, 0.6, 0.9, 1.2], dtype=np.float32)
SAME = np.array([True, True, False, True, False, False])


def test_threshold_lies_half_way_in_the_best_gap() -> None:
    """Below 0.3: 2 of 3 same, no different; below 0.75: all same, 1 of 3 different. Both 5/6 on
    balance; the lower wins. With one more same pair at 0.6 the higher one does."""
    assert fit_threshold(DISTANCES, SAME) == pytest.approx(0.3)
    more = np.append(DISTANCES, np.float32(0.6)), np.append(SAME, True)
    assert fit_threshold(*more) == pytest.approx(0.75)


def test_threshold_does_not_move_with_the_share_of_same_pairs() -> None:
    """Ten times the different pairs: plain accuracy would shy away from 0.75, balance does not."""
    distances = np.concatenate([DISTANCES, [np.float32(0.6)], np.repeat(DISTANCES[~SAME], 9)])
    same = np.concatenate([SAME, [True], np.zeros(27, dtype=np.bool_)])
    assert fit_threshold(distances, same) == pytest.approx(0.75)


def test_threshold_at_the_ends() -> None:
    """Where the same pairs are the far ones, none is called same; all alike, all are."""
    distances = np.array([0.5, 0.7], dtype=np.float32)
    none = fit_threshold(distances, np.array([False, True]))
    assert accuracy_at(distances, np.array([False, False]), none) == 1
    apart = np.array([0.7, 0.5, 0.7], dtype=np.float32)
    half = fit_threshold(apart, np.array([True, True, False]))
    assert half == pytest.approx(0.6)


def test_equal_error_rate_by_hand() -> None:
    """Letting in the three nearest lets in 1 of 3 different and misses 1 of 3 same."""
    assert equal_error_rate(DISTANCES, SAME) == pytest.approx(1 / 3)
    assert equal_error_rate(DISTANCES, DISTANCES < 0.5) == 0
    assert equal_error_rate(DISTANCES, DISTANCES > 0.5) == 1


def test_equal_error_rate_between_two_points() -> None:
    """One same and one different pair, equally far: no threshold parts them, a coin does."""
    assert equal_error_rate(np.full(2, 0.5, np.float32), np.array([True, False])) == 0.5


def test_scores_by_hand() -> None:
    """AUC: of 9 couples of a same and a different pair, the one of 0.6 and 0.4 is wrong."""
    scores = verification_scores(DISTANCES, SAME, 0.3)
    assert scores == {
        "verification_roc_auc": pytest.approx(8 / 9),
        "verification_eer": pytest.approx(1 / 3),
        "verification_threshold": 0.3,
        "verification_accuracy": pytest.approx(5 / 6),
        "verification_accuracy_fixed": pytest.approx(4 / 6),  # 0.4 and 0.9 are let in
    }


def test_a_distance_at_the_threshold_is_different() -> None:
    assert accuracy_at(np.array([1.0], np.float32), np.array([False]), 1.0) == 1


def test_pairs_are_what_they_say_and_half_are_same() -> None:
    queries = np.array(["a", "b", "c", "a", "a", "a"])
    references = np.array(["c", "a", "b", "a"])
    pairs = draw_pairs(queries, references, 2000, seed=3)
    assert ((queries[pairs.queries] == references[pairs.references]) == pairs.same).all()
    assert pairs.same.sum() == 1000
    for same, distinct in ((True, 10), (False, 14)):  # 4 a x 2 + b + c; 4 a x 2 + b x 3 + c x 3
        kinds = {
            (q, r)
            for q, r, s in zip(pairs.queries, pairs.references, pairs.same, strict=True)
            if s == same
        }
        assert len(kinds) == distinct, "every possible pair occurs"
    again = draw_pairs(queries, references, 2000, seed=3)
    assert (again.references == pairs.references).all() and (again.queries == pairs.queries).all()


def test_pairs_that_cannot_be_made_are_named() -> None:
    with pytest.raises(ValueError, match="label b "):
        draw_pairs(np.array(["a", "b"]), np.array(["a"]), 4, seed=0)
    with pytest.raises(ValueError, match="two classes"):
        draw_pairs(np.array(["a"]), np.array(["a"]), 4, seed=0)


# Of three references, h is nearest to the second query, which is an alif.
MATCHING = Matching(
    queries=at(10, 100, 170),
    truth=np.array(["alif", "alif", "h"]),
    references=at(0, 180, 270),
    labels=np.array(["alif", "h", "s1"]),
)


def test_top1_by_hand() -> None:
    assert MATCHING.top1() == pytest.approx(2 / 3)


def test_pairs_are_as_far_apart_as_their_angle_says() -> None:
    pairs = MATCHING.pairs(200, seed=1)
    assert pairs.same.sum() == 100
    own = {0: 10, 1: 100, 2: 10}  # degrees to the reference of their letter
    others = {0: {170, 100}, 1: {80, 170}, 2: {170, 100}}
    for query, distance, same in zip(pairs.queries, pairs.distances, pairs.same, strict=True):
        degrees = round(float(np.degrees(2 * np.arcsin(distance / 2))))
        assert degrees == own[query] if same else degrees in others[query]


def test_some_of_the_pairs() -> None:
    pairs = MATCHING.pairs(20, seed=1)
    chosen = pairs.of(pairs.queries == 1)
    assert set(chosen.queries.tolist()) == {1}
    assert len(chosen.distances) == len(chosen.same) == (pairs.queries == 1).sum()
