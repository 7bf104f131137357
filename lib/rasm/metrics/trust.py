"""Whether confidence deserves its name: measured on glyphs that calibration never saw."""

import numpy as np
from numpy.typing import NDArray

from rasm.trust.calibration import Fitted, energy, probabilities, set_sizes


def expected_calibration_error(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = 15
) -> float:
    """Mean gap between confidence (N,) and accuracy over equal-width bins, weighted by bin size.

    Source: Naeini et al. 2015; the 15 bins are Guo et al.'s.
    """
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - correct, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def score_trust(
    logits: NDArray[np.float32], truth: NDArray[np.int64], fitted: Fitted
) -> dict[str, float]:
    """Calibration error, conformal coverage and set size, share that the energy limit lets pass."""
    p = probabilities(logits, fitted)
    truth_p = p[np.arange(len(truth)), truth]
    sizes = set_sizes(p, fitted["conformal_threshold"])
    energies = energy(logits, fitted["temperature"])
    return {
        "calibration_error": expected_calibration_error(p.max(axis=1), p.argmax(axis=1) == truth),
        "conformal_coverage": float((truth_p >= fitted["conformal_threshold"]).mean()),
        "conformal_set_size": float(sizes.mean()),
        "known_accepted": float((energies <= fitted["energy_limit"]).mean()),
    }
