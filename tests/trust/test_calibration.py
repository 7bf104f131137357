"""All that validation says, at once: each recogniser's numbers, and those of the fusion.

Of the temperature: a known factor is found, and errors are what the hand computes.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.metrics.trust import expected_calibration_error
from rasm.trust.calibration import (
    Calibration,
    calibrate,
    choose_scaling,
    fit_temperature,
    negative_log_likelihood,
    probabilities,
    with_fusion,
)
from rasm.trust.conformal import SetParams
from rasm.trust.families import family_weights

TRUTH = np.random.default_rng(7).integers(0, 4, 2000)


def informed(seed: int, scale: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 1, (len(TRUTH), 4))
    return (scale * (noise + 2 * np.eye(4)[TRUTH])).astype(np.float32)


LOGITS = {"phase2": informed(0, 6.0), "baseline": informed(1, 0.5)}


FAMILIES = np.array(["a", "b", "c", "d"])[np.arange(len(TRUTH)) % 4]
PROMISES = SetParams(coverage=(0.9,), penalties=(0.01,), free=(1,))


def fit(truth: NDArray[np.int64] = TRUTH) -> Calibration:
    return calibrate(LOGITS, truth, FAMILIES, decay=1.0, sets=PROMISES, seed=0)


def test_every_recogniser_and_the_fusion_are_fitted() -> None:
    fitted = fit().fitted
    assert fitted.keys() == {"phase2", "baseline", "fusion"}
    # The same signal at scales 12 to 1: temperatures undo it.
    ratio = fitted["phase2"]["temperature"] / fitted["baseline"]["temperature"]
    assert ratio == pytest.approx(12, rel=0.05)
    assert fitted["fusion"]["phase2_weight"] == pytest.approx(0.5, abs=0.1)


def test_the_fusion_is_better_than_either() -> None:
    right = {
        name: (given.argmax(axis=1) == TRUTH).mean()
        for name, given in with_fusion(LOGITS, fit().fitted).items()
    }
    assert right["fusion"] > max(right["phase2"], right["baseline"]) + 0.02


def test_a_family_of_many_glyphs_does_not_speak_for_the_others() -> None:
    """Nine in ten glyphs are of a family with right logits; of the other's they are three times."""
    logits, truth = calibrated(20_000)
    families = np.where(np.arange(len(truth)) % 10 == 0, "small", "large")
    sharp = np.where((families == "small")[:, None], 3 * logits, logits).astype(np.float32)
    alike = fit_temperature(sharp, truth)
    weighed = fit_temperature(sharp, truth, family_weights(families))
    assert alike < 1.3 < weighed < 3


def test_vector_scaling_finds_the_biases_of_classes() -> None:
    """Logits of which class 0 lacks 1, alike in all families: the vector has it, and is chosen."""
    logits, truth = calibrated(8_000)
    families = np.array(["a", "b"])[np.arange(len(truth)) % 2]
    shifted = (logits - np.eye(6)[0]).astype(np.float32)
    found = choose_scaling(shifted, truth, families, decay=1e-4)
    assert found.left_out["vector"] < found.left_out["temperature"] - 0.01
    biases = np.array(found.fitted["biases"])
    assert biases[0] - biases[1:].mean() == pytest.approx(1, abs=0.2)
    p = probabilities(shifted, found.fitted)
    assert p[:, 0].mean() == pytest.approx((truth == 0).mean(), abs=0.01)


def test_vector_scaling_that_holds_for_one_family_alone_is_not_chosen() -> None:
    """Two families, of which the biases are opposite: what one says is wrong of the other."""
    logits, truth = calibrated(4_000)
    families = np.array(["a", "b"])[np.arange(len(truth)) % 2]
    sign = np.where(families == "a", 1, -1)[:, None]
    shifted = (logits + sign * 2 * np.eye(6)[0]).astype(np.float32)
    found = choose_scaling(shifted, truth, families, decay=1e-4)
    assert found.left_out["temperature"] < found.left_out["vector"]
    assert found.fitted["factors"] == found.fitted["biases"] == []


def test_probabilities_are_the_softmax_at_the_temperature() -> None:
    logits = np.array([[2.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(
        probabilities(logits, {"temperature": 2.0}), softmax([[1.0, 0.0]], axis=1)
    )


def calibrated(count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Logits and truths drawn from their own softmax: temperature 1 by construction."""
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 2, (count, 6)).astype(np.float32)
    cumulative = softmax(logits, axis=1).cumsum(axis=1)
    truth = (cumulative < generator.random((count, 1))).sum(axis=1).clip(max=5)
    return logits, truth


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_a_known_factor_is_found(factor: float) -> None:
    logits, truth = calibrated(40_000)
    scaled = (logits * factor).astype(np.float32)
    assert fit_temperature(scaled, truth) == pytest.approx(factor, rel=0.03)


def test_certainty_ends_at_the_bounds() -> None:
    right = np.eye(3, dtype=np.float32)[[0, 1, 2]]
    assert fit_temperature(right, np.arange(3)) == pytest.approx(0.05, rel=0.01)
    assert fit_temperature(right, np.array([1, 2, 0])) == pytest.approx(20, rel=0.01)


def test_likelihood_by_hand() -> None:
    """P(truth) is 3/4 and 1/2, the second counted three times in the end."""
    logits = np.log(np.array([[3.0, 1.0], [1.0, 1.0]])).astype(np.float32)
    expected = -(np.log(0.75) + np.log(0.5)) / 2
    assert negative_log_likelihood(logits, np.array([0, 1])) == pytest.approx(expected)
    weighed = negative_log_likelihood(logits, np.array([0, 1]), np.array([1.0, 3.0]))
    assert weighed == pytest.approx(-(np.log(0.75) + 3 * np.log(0.5)) / 4)


def test_calibration_error_by_hand() -> None:
    """Two bins. Below 1/2: two at 0.4, one right, gap 0.1; above: two at 0.9, both right: 0.1.

    A fifth at 1.0, wrong, is in the upper bin: (0.9 + 0.9 + 1.0 - 2) / 3 = 0.8 / 3.
    """
    confidence = np.array([0.4, 0.4, 0.9, 0.9])
    correct = np.array([True, False, True, True])
    assert expected_calibration_error(confidence, correct, bins=2) == pytest.approx(0.1)
    confidence, correct = np.append(confidence, 1.0), np.append(correct, False)
    expected = 2 / 5 * 0.1 + 3 / 5 * 0.8 / 3
    assert expected_calibration_error(confidence, correct, bins=2) == pytest.approx(expected)


def test_calibration_error_is_small_where_confidence_is_earned_and_large_where_not() -> None:
    logits, truth = calibrated(40_000)
    p = softmax(logits.astype(np.float64), axis=1)
    right = p.argmax(axis=1) == truth
    assert expected_calibration_error(p.max(axis=1), right) < 0.01
    p = softmax(3 * logits.astype(np.float64), axis=1)
    assert expected_calibration_error(p.max(axis=1), right) > 0.1
