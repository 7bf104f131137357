"""Two recognisers: the better one gets the weight, and noise gets none."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.trust.calibration import fit_fusion, fuse, negative_log_likelihood


def informed(seed: int, truth: NDArray[np.int64]) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 1, (len(truth), 4))
    return (noise + 2 * np.eye(4)[truth]).astype(np.float32)


TRUTH = np.random.default_rng(7).integers(0, 4, 3000)
NOISE = np.random.default_rng(8).normal(0, 2, (3000, 4)).astype(np.float32)


def test_mixture_by_hand() -> None:
    """P1 = (3/4, 1/4), P2 = (1/2, 1/2): at 1/2 the odds are the root of 3."""
    first = np.log(np.array([[3.0, 1.0]])).astype(np.float32)
    second = np.array([[5.0, 5.0]], dtype=np.float32)
    p = softmax(fuse(first, second, 0.5), axis=1)[0]
    assert p[0] / p[1] == pytest.approx(3**0.5)
    np.testing.assert_allclose(softmax(fuse(first, second, 1.0)), [[0.75, 0.25]], rtol=1e-6)
    np.testing.assert_allclose(softmax(fuse(first, second, 0.0)), [[0.5, 0.5]], rtol=1e-6)


def test_noise_gets_no_weight_on_either_side() -> None:
    good = informed(0, TRUTH) * 2  # the calibrated scale of this signal
    assert fit_fusion(good, NOISE, TRUTH) == pytest.approx(1, abs=0.02)
    assert fit_fusion(NOISE, good, TRUTH) == pytest.approx(0, abs=0.02)


def test_two_equally_good_ones_share_and_are_better_together() -> None:
    first, second = informed(0, TRUTH), informed(1, TRUTH)
    weight = fit_fusion(first, second, TRUTH)
    assert weight == pytest.approx(0.5, abs=0.1)
    together = negative_log_likelihood(fuse(first, second, weight), TRUTH)
    assert together < min(negative_log_likelihood(one, TRUTH) for one in (first, second))
