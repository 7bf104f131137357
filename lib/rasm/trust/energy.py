"""Is this a glyph we know at all? The energy of the logits, against a limit from validation.

Free energy -T logsumexp(logits / T) is low where some class explains the picture and high where
none does. The limit is set so that a chosen share of validation glyphs passes.
Source: Liu et al. 2020, 'Energy-based out-of-distribution detection'.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp


def energy(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Free energy (N,) in logit units; lower is more familiar."""
    scaled = logits.astype(np.float64) / temperature
    return np.asarray(-temperature * logsumexp(scaled, axis=1))


def fit_limit(energies: NDArray[np.float64], keep: float) -> float:
    """Energy below which a share `keep` of known glyphs lies."""
    return float(np.quantile(energies, keep))
