"""Whether confidence deserves its name, on four answers."""

import numpy as np
import pytest

from rasm.metrics.trust import score_trust

# P = (3/4, 1/4), (3/4, 1/4), (1/2, 1/2), (1/4, 3/4) at temperature 2.
P = np.array([[3, 1], [3, 1], [2, 2], [1, 3]]) / 4
LOGITS = (2 * np.log(P)).astype(np.float32)
TRUTH = np.array([0, 1, 1, 1])
FITTED = {"temperature": 2.0, "conformal_threshold": 0.4, "energy_limit": 0.0}


def test_by_hand() -> None:
    """Right, wrong, wrong (a tie goes to 0), right. Three have P(truth) >= 0.4."""
    result = score_trust(LOGITS, TRUTH, FITTED)
    assert result["conformal_coverage"] == 0.75
    assert result["conformal_set_size"] == pytest.approx((1 + 1 + 2 + 1) / 4)
    # At 3/4: three, two right, gap 3 * 3/4 - 2; at 1/2: one, wrong, gap 1/2.
    assert result["calibration_error"] == pytest.approx((0.25 + 0.5) / 4)


@pytest.mark.parametrize(("limit", "accepted"), [(0.1, 1.0), (-0.1, 0.5)])
def test_energy_limit(limit: float, accepted: float) -> None:
    """Log-probabilities have energy 0; half of the glyphs get logits one higher."""
    logits = LOGITS + np.array([[0], [1], [0], [1]], dtype=np.float32)
    result = score_trust(logits, TRUTH, {**FITTED, "energy_limit": limit})
    assert result["known_accepted"] == accepted
