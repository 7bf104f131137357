"""The test of a matcher, on one that weighs ink and can be followed by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from rasm.report.letters import LetterTestParams, examine_letters

from tests.corpora.drawn_letters import LETTERS, TURNS, Collapsed, Weigher, shares

PARAMS = LetterTestParams(queries=30, pairs=120, levels=("light", "heavy"))


def weigh(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = Weigher()(shares(*pictures)).numpy()
    return found


def collapse(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = Collapsed()(shares(*pictures)).numpy()
    return found


def test_every_level_is_reported_by_flat_keys() -> None:
    metrics = examine_letters(LETTERS, weigh, PARAMS, seed=1).metrics
    scores = {f"verification_{key}" for key in ("accuracy", "accuracy_fixed", "roc_auc", "eer")}
    of_levels = {f"{level}_{key}" for level in ("light", "heavy") for key in {"top1", *scores}}
    assert metrics.keys() == of_levels | {
        "verification_threshold",
        "closest_distance",
        "confused_pairs",
    }
    distances = {"verification_threshold", "closest_distance"}
    assert all(0 <= value <= 1 for key, value in metrics.items() if key not in distances)


def test_a_matcher_that_tells_the_letters_apart() -> None:
    """Dot and shield are more than 1 apart, the ring is not from either: 1.0 lets it in."""
    found = examine_letters(LETTERS, weigh, PARAMS, seed=1)
    assert found.metrics["light_top1"] == 1
    assert found.metrics["light_verification_accuracy"] > 0.95
    assert found.metrics["light_verification_roc_auc"] > 0.95
    assert found.metrics["light_verification_accuracy_fixed"] < 0.75
    assert found.metrics["heavy_verification_accuracy"] < 0.95, "wear beyond what was learnt on"
    assert found.metrics["confused_pairs"] == 0


def test_distances_of_ideals_by_hand() -> None:
    found = examine_letters(LETTERS, weigh, PARAMS, seed=1)
    expected = 2 * np.sin(np.abs(TURNS[:, None] - TURNS) / 2)
    np.testing.assert_allclose(found.distances, expected, atol=1e-5)
    assert found.names == ("dot", "ring", "shield")
    pairs = {(pair.first, pair.second) for pair in found.closest[:2]}
    assert pairs == {("dot", "ring"), ("ring", "shield")}
    assert found.closest[2].distance == pytest.approx(2 * np.sin(np.log(2)), abs=1e-5)
    assert found.metrics["closest_distance"] == pytest.approx(expected[0, 1], abs=1e-5)


def test_a_collapsed_matcher_confuses_all_below_a_threshold_above_zero() -> None:
    metrics = examine_letters(LETTERS, collapse, PARAMS, seed=1).metrics
    assert metrics["light_top1"] == pytest.approx(1 / 3)
    assert metrics["light_verification_accuracy"] == metrics["light_verification_eer"] == 0.5
    assert metrics["closest_distance"] == 0
