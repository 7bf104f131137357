"""Sets that hold the truth as often as promised."""

import numpy as np
import pytest

from rasm.trust.calibration import fit_conformal_threshold, set_sizes


@pytest.mark.parametrize(
    ("count", "coverage", "at"),
    [
        # The k-th lowest, k = floor((1 - coverage) (n + 1)); 0 where k is 0.
        (9, 0.9, 1),
        (19, 0.9, 2),
        (18, 0.9, 1),
        (99, 0.9, 10),
        (99, 0.95, 5),
        (8, 0.9, 0),
        (3, 0.5, 2),
    ],
)
def test_threshold_is_the_finite_sample_quantile(count: int, coverage: float, at: int) -> None:
    ordered = np.arange(1, count + 1) / 1000
    shuffled = np.random.default_rng(0).permutation(ordered)
    expected = at / 1000
    assert fit_conformal_threshold(shuffled, coverage) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_coverage_holds_on_exchangeable_data_and_not_by_waste(coverage: float) -> None:
    """Over 2,000 draws of 60 calibration scores: at least the promise, at most 1/61 above."""
    generator = np.random.default_rng(0)
    held = []
    for _ in range(2000):
        scores = generator.beta(4, 1, 260)
        held.append((scores[60:] >= fit_conformal_threshold(scores[:60], coverage)).mean())
    error = 4 * np.std(held) / 2000**0.5
    assert coverage - error <= np.mean(held) <= coverage + 1 / 61 + error


def test_set_sizes_count_the_classes_at_or_above_the_threshold() -> None:
    p = np.array([[0.5, 0.3, 0.2], [0.9, 0.05, 0.05], [0.4, 0.4, 0.2]])
    assert set_sizes(p, 0.3).tolist() == [2, 1, 2]
    assert set_sizes(p, 0.0).tolist() == [3, 3, 3]
    assert set_sizes(p, 0.95).tolist() == [0, 0, 0]
