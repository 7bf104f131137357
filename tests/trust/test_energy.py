"""Energy: low where a class explains the picture, and a limit that passes what it should."""

import numpy as np
import pytest

from rasm.trust.calibration import energy, fit_limit


def test_by_hand() -> None:
    """Two equal logits a: -T log(2 exp(a / T)) = -a - T log 2."""
    logits = np.array([[3.0, 3.0], [0.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(energy(logits, 1.0), [-3 - np.log(2), -np.log(2)])
    np.testing.assert_allclose(energy(logits, 2.0), [-3 - 2 * np.log(2), -2 * np.log(2)])


def test_a_clear_answer_is_more_familiar_than_none() -> None:
    clear, none = energy(np.array([[9.0, 0, 0], [0.1, 0, 0]], dtype=np.float32), 1.0)
    assert clear < none


def test_large_logits_do_not_overflow() -> None:
    logits = np.array([[1e4, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(energy(logits, 0.5), [-1e4])


@pytest.mark.parametrize("keep", [0.5, 0.95])
def test_the_limit_passes_the_share_asked_for(keep: float) -> None:
    energies = np.random.default_rng(0).normal(size=2001)
    assert (energies <= fit_limit(energies, keep)).mean() == pytest.approx(keep, abs=0.001)
