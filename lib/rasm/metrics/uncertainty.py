"""How unsure a classifier is of a glyph, and in which order people had best look at glyphs.

Entropy of the answer, and the Jensen-Shannon divergence of two networks' answers, by which a
committee asks for labels (McCallum and Nigam 1998, 'Employing EM and pool-based active learning').
A label that is given and much less probable than the best is suspected to be wrong, as in confident
learning (Northcutt et al. 2021).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

Probabilities = NDArray[np.float64]
"""(N, C), rows summing to 1."""
SUSPECT = float(np.log(20))
"""Nats from which on a label is doubted: the best class is twenty times as probable."""


def entropies(p: Probabilities) -> NDArray[np.float64]:
    """Entropy (N,) in nats, 0 where one class is certain, log C where all are alike."""
    return np.asarray(entr(p).sum(axis=1))


def disagreements(p: Probabilities, q: Probabilities) -> NDArray[np.float64]:
    """Jensen-Shannon divergence (N,) in nats: 0 where both say the same, at most log 2.

    >>> disagreements(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).round(4).tolist()
    [0.6931]
    """
    return np.maximum(0, entropies((p + q) / 2) - (entropies(p) + entropies(q)) / 2)


def label_doubts(p: Probabilities, claims: NDArray[np.int64]) -> NDArray[np.float64]:
    """By how many nats (N,) the best class is more probable than the claimed one.

    0 where it is less than `SUSPECT`, and for a claim of -1, which is none.
    """
    own = p[np.arange(len(p)), np.maximum(claims, 0)]
    floor = 1e-12
    doubts = np.log(p.max(axis=1) + floor) - np.log(own + floor)
    return np.where((claims < 0) | (doubts < SUSPECT), 0.0, doubts)


def review_order(
    doubts: NDArray[np.float64],
    entropy: NDArray[np.float64],
    disagreement: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Rows (N,) as they had best be looked at: doubted labels first, the most doubted before.

    Then what stands high in either of the others, each as a share of the largest it can be or is.
    """
    uncertain = np.maximum(
        entropy / max(float(entropy.max(initial=0)), 1e-12), disagreement / np.log(2)
    )
    return np.lexsort((-uncertain, -doubts))
