"""All that validation says, at once: each recogniser's numbers, and those of the fusion."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.trust.calibration import calibrate, probabilities, with_fusion

TRUTH = np.random.default_rng(7).integers(0, 4, 2000)


def informed(seed: int, scale: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 1, (len(TRUTH), 4))
    return (scale * (noise + 2 * np.eye(4)[TRUTH])).astype(np.float32)


LOGITS = {"phase2": informed(0, 6.0), "baseline": informed(1, 0.5)}


def test_every_recogniser_and_the_fusion_are_fitted() -> None:
    fitted = calibrate(LOGITS, TRUTH, coverage=0.9, keep_known=0.95)
    assert fitted.keys() == {"phase2", "baseline", "fusion"}
    # The same signal at scales 12 to 1: temperatures undo it.
    ratio = fitted["phase2"]["temperature"] / fitted["baseline"]["temperature"]
    assert ratio == pytest.approx(12, rel=0.05)
    assert fitted["fusion"]["phase2_weight"] == pytest.approx(0.5, abs=0.1)
    for name, given in with_fusion(LOGITS, fitted).items():
        p = probabilities(given, fitted[name])
        covered = p[np.arange(len(TRUTH)), TRUTH] >= fitted[name]["conformal_threshold"]
        assert covered.mean() == pytest.approx(0.9, abs=0.002)


def test_the_fusion_is_better_than_either() -> None:
    fitted = calibrate(LOGITS, TRUTH, coverage=0.9, keep_known=0.95)
    right = {
        name: (given.argmax(axis=1) == TRUTH).mean()
        for name, given in with_fusion(LOGITS, fitted).items()
    }
    assert right["fusion"] > max(right["phase2"], right["baseline"]) + 0.02


def test_probabilities_are_the_softmax_at_the_temperature() -> None:
    logits = np.array([[2.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(
        probabilities(logits, {"temperature": 2.0}), softmax([[1.0, 0.0]], axis=1)
    )
