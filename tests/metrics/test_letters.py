"""The test of a matcher of letters, on the unit circle: its ideals lie at 0, 60 and 180 degrees."""

import numpy as np
import pytest

from rasm.metrics.letters import LetterTest, score_letters
from rasm.metrics.verification import Matching
from rasm.trust.matching import MatchRule
from tests.retrieval.circle import at

LETTERS = np.array(["dot", "ring", "shield"])


def worn_to(*degrees: float) -> Matching:
    """One worn picture of each letter, in their order."""
    return Matching(at(*degrees), LETTERS, at(0, 60, 180), LETTERS)


def examine(threshold: float, **worn: Matching) -> LetterTest:
    rule = MatchRule(threshold=threshold, slope=-2000, intercept=2000 * threshold)
    return score_letters(rule, worn, pairs=120, seed=1)


def apart(degrees: float) -> float:
    return 2 * float(np.sin(np.radians(degrees / 2)))


def test_every_level_is_reported_by_flat_keys() -> None:
    metrics = examine(0.5, light=worn_to(5, 55, 175), heavy=worn_to(9, 9, 9))
    of_pairs = ("accuracy", "accuracy_fixed", "roc_auc", "eer", "brier", "calibration_error")
    scores = {f"verification_{key}" for key in of_pairs}
    of_levels = {f"{level}_{key}" for level in ("light", "heavy") for key in {"top1", *scores}}
    overall = {"verification_threshold", "closest_distance", "confused_pairs"}
    assert metrics.metrics.keys() == of_levels | overall


def test_the_threshold_of_use_judges_all_levels() -> None:
    """Worn by 10 degrees: the same are 10 apart, others 50 or more. Worn by 40, none is the same.

    The fixed threshold of 1 takes a dot at 10 degrees for a ring, which is 50 away. The rule is
    sure of itself, so its squared error is the share of its mistakes.
    """
    light, heavy = worn_to(10, 70, 190), worn_to(40, 100, 220)
    found = examine(apart(30), light=light, heavy=heavy).metrics
    assert found["verification_threshold"] == pytest.approx(apart(30))
    assert found["light_verification_brier"] == pytest.approx(0, abs=1e-9)
    mistakes = 1 - found["heavy_verification_accuracy"]
    assert found["heavy_verification_brier"] == pytest.approx(mistakes)
    assert found["light_top1"] == found["light_verification_accuracy"] == 1
    assert found["light_verification_roc_auc"] == 1
    assert 0.5 < found["light_verification_accuracy_fixed"] < 1
    assert found["heavy_top1"] == pytest.approx(2 / 3), "a dot at 40 degrees is nearer to the ring"
    assert found["heavy_verification_accuracy"] < 0.5


def test_distances_of_ideals_by_hand() -> None:
    """Of ideals at 0, 60 and 180 degrees, a threshold of 75 degrees confuses the first two."""
    found = examine(apart(75), seed=worn_to(0, 60, 180))
    turns = np.array([[0, 60, 180], [60, 0, 120], [180, 120, 0]])
    np.testing.assert_allclose(found.distances, 2 * np.sin(np.radians(turns) / 2), atol=1e-6)
    assert found.names == ("dot", "ring", "shield")
    closest = [(pair.first, pair.second) for pair in found.closest]
    assert closest == [("dot", "ring"), ("ring", "shield"), ("dot", "shield")]
    assert found.metrics["closest_distance"] == pytest.approx(1)
    assert found.metrics["confused_pairs"] == pytest.approx(1 / 3)


def test_a_collapsed_matcher_is_right_by_chance() -> None:
    one_point = Matching(at(0, 0, 0), LETTERS, at(0, 0, 0), LETTERS)
    metrics = examine(1e-3, light=one_point).metrics
    assert metrics["light_top1"] == pytest.approx(1 / 3)
    assert metrics["light_verification_accuracy"] == metrics["light_verification_eer"] == 0.5
    assert metrics["closest_distance"] == 0
