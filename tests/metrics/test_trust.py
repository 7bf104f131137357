"""Whether confidence deserves its name, on four answers."""

import numpy as np
import pytest

from rasm.metrics.trust import (
    adaptive_calibration_error,
    brier_score,
    expected_calibration_error,
    families_table,
    reliability,
    score_probabilities,
    score_trust,
)

# P = (3/4, 1/4), (3/4, 1/4), (1/2, 1/2), (1/4, 3/4) at temperature 2.
P = np.array([[3, 1], [3, 1], [2, 2], [1, 3]]) / 4
LOGITS = (2 * np.log(P)).astype(np.float32)
TRUTH = np.array([0, 1, 1, 1])
FAMILIES = np.array(["a", "a", "a", "b"])


def sets(coverage: float, threshold: float) -> dict[str, float | int | str]:
    given = {"coverage": coverage, "score": "lac", "penalty": 0.0, "free": 0}
    return {**given, "threshold": threshold}


FITTED = {"temperature": 2.0, "sets": [sets(0.9, 0.6), sets(0.95, 0.3)]}


def test_by_hand() -> None:
    """Right, wrong, wrong (a tie goes to 0), right. Three have P(truth) >= 0.4."""
    result = score_trust(LOGITS, TRUTH, FAMILIES, FITTED, seed=0)
    assert result["conformal_coverage"] == 0.75
    assert result["conformal_set_size"] == pytest.approx((1 + 1 + 2 + 1) / 4)
    # Of a two in three, of b the one.
    assert result["conformal_coverage_family_mean"] == pytest.approx((2 / 3 + 1) / 2)
    assert result["conformal_coverage_family_min"] == pytest.approx(2 / 3)
    assert result["conformal_set_size_family_mean"] == pytest.approx((4 / 3 + 1) / 2)
    # At 0.7 and more the sets have one, the tie's by its best answer, which is wrong.
    assert result["conformal_95_coverage"] == 0.5
    assert result["conformal_95_set_size"] == 1
    # Weights 1/6 each and 1/2. At 3/4: 3/4 - right, of 1/6, 1/6, 1/2; at 1/2 a sixth, wrong.
    assert result["calibration_error"] == pytest.approx(
        abs(5 / 6 * 3 / 4 - (1 / 6 + 1 / 2)) + 1 / 12
    )
    squares = [2 / 16, 18 / 16, 1 / 2, 2 / 16]
    assert result["brier"] == pytest.approx(sum(squares[:3]) / 6 + squares[3] / 2)
    losses = -np.log([3 / 4, 1 / 4, 1 / 2, 3 / 4])
    assert result["likelihood"] == pytest.approx(losses[:3].sum() / 6 + losses[3] / 2)
    # Before, P is 9/10 where it is 3/4 after.
    assert result["uncalibrated_likelihood"] == pytest.approx(
        -np.log([0.9, 0.1, 0.5]).sum() / 6 - np.log(0.9) / 2, rel=1e-5
    )


def test_weights_and_bins_of_calibration_errors() -> None:
    """Bins of equal width part 0.4 from the others; two of equal weight are of two answers each."""
    confidence = np.array([0.4, 0.6, 0.8, 1.0])
    right = np.array([False, True, True, True])
    equal = expected_calibration_error(confidence, right, bins=2)
    assert equal == pytest.approx((0.4 + 0.6) / 4)
    adaptive = adaptive_calibration_error(confidence, right, bins=2)
    assert adaptive == pytest.approx((0.0 + 0.2) / 4)
    weights = np.array([2.0, 0, 0, 0])
    assert expected_calibration_error(confidence, right, 2, weights) == pytest.approx(0.4)


def test_chance_is_what_families_show_whose_confidence_is_earned() -> None:
    """Of two answers at 1/2, both right or both wrong is as likely as one: 1/4 on average."""
    p = np.full((2000, 2), 0.5)
    families = np.repeat(np.arange(1000).astype(str), 2)
    generator = np.random.default_rng(1)
    found = score_probabilities(p, generator.integers(0, 2, 2000), families, seed=0)
    assert found["calibration_error_family_mean"] == pytest.approx(0.25, abs=0.03)
    assert found["calibration_error_family_chance"] == pytest.approx(0.25, abs=0.03)
    assert found["calibration_error"] < 0.05
    assert brier_score(p, np.zeros(2000, dtype=np.int64)) == 0.5


def test_tables_by_hand() -> None:
    first, second = families_table(LOGITS, TRUTH, FAMILIES, FITTED, seed=0)
    assert first["glyphs"] == 3
    assert first["coverage"] == pytest.approx(2 / 3)
    assert first["set_size"] == pytest.approx(4 / 3)
    assert second == {
        "family": "b",
        "glyphs": 1,
        "calibration_error": pytest.approx(0.25),
        "coverage": 1.0,
        "set_size": 1.0,
    }
    low, high = reliability(P.max(axis=1), P.argmax(axis=1) == TRUTH, np.ones(4))
    assert low == {"confidence": 0.5, "accuracy": 0.0, "share": 0.25}
    assert high == {"confidence": 0.75, "accuracy": pytest.approx(2 / 3), "share": 0.75}
