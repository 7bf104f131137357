"""Pairs of letters of two scripts by three fonts, and judgements that can be counted."""

import numpy as np
import pytest

from rasm.metrics.pairs import match_scores, pairs_elsewhere, pairs_with_known
from rasm.metrics.verification import JudgedPairs
from rasm.trust.matching import MatchRule
from tests.retrieval.test_elsewhere import PICTURES


def test_pairs_are_of_two_fonts_and_one_script() -> None:
    """The four pictures of a and b have partners: same 10 degrees off, others 50 or 70 off."""
    pairs = pairs_elsewhere(PICTURES, 400, seed=1)
    assert pairs is not None
    assert pairs.same.sum() == 200
    assert set(pairs.queries.tolist()) == {0, 1, 3, 4}, "c and d are drawn by one font"
    degrees = np.round(np.degrees(2 * np.arcsin(pairs.distances / 2)))
    assert set(degrees[pairs.same].tolist()) == {10}
    # a of A and b of B 70; b of A and a of B 50; a of B and c of A 110; b of B and c of A 50
    assert set(degrees[~pairs.same].tolist()) == {50, 70, 110}
    again = pairs_elsewhere(PICTURES, 400, seed=1)
    assert again is not None and np.array_equal(again.distances, pairs.distances)


def test_one_font_makes_no_pairs() -> None:
    assert pairs_elsewhere(PICTURES.rows(PICTURES.sources == "A"), 10, seed=1) is None


def test_a_label_that_is_not_known_is_not_asked() -> None:
    queries = PICTURES.rows(PICTURES.sources != "A")
    gallery = PICTURES.rows(PICTURES.sources == "A")
    pairs = pairs_with_known(queries, gallery, 100, seed=1)
    assert pairs is not None
    assert set(pairs.queries.tolist()) == {0, 1}, "d is in the gallery under no label"
    assert pairs_with_known(queries.rows(np.array([2])), gallery, 100, seed=1) is None
    assert pairs_with_known(queries, gallery.rows(np.array([0])), 100, seed=1) is None


def test_scores_by_hand() -> None:
    """P is .9, .5 and .1; of two pairs that are a toss one is the same.

    Squared errors .01, .25, .25, .01. The gap is .1 where it is sure, none where it tosses.
    """
    rule = MatchRule(threshold=0.7, slope=-np.log(9), intercept=np.log(9))
    distances = np.array([0, 1, 1, 2], dtype=np.float32)
    pairs = JudgedPairs(np.arange(4), distances, np.array([True, True, False, False]))
    scores = match_scores(pairs, rule)
    assert scores["verification_accuracy"] == 0.75
    assert scores["verification_threshold"] == 0.7
    assert scores["verification_brier"] == pytest.approx(0.13)
    assert scores["verification_calibration_error"] == pytest.approx(0.05)
