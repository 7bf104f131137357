"""Worn letters and references on the unit circle."""

import numpy as np
import pytest

from rasm.metrics.verification import Matching
from tests.retrieval.circle import at

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
