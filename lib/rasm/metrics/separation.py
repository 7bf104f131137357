"""How far a space of embeddings holds classes apart: likeness within a class and between classes.

The effect size is Cohen's d (Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988,
2.2): the difference of the two means in units of their pooled standard deviation. Unlike the
difference alone it compares between networks that use the sphere differently.
"""

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1024  # rows whose likeness to all is held at once


def separation(vectors: NDArray[np.float32], labels: NDArray[np.str_]) -> dict[str, float]:
    """Of all pairs of different rows of unit vectors (N, D), labelled (N,).

    `similarity_within` and `similarity_between` are mean cosines of pairs of one class and of two,
    in [-1, 1], and `similarity_effect_size` is Cohen's d of them. Nothing is found, and the
    dictionary empty, where a kind of pair has fewer than two members. Where no cosine varies, there
    is no unit, and the effect size is left out.
    """
    _, codes = np.unique(labels, return_inverse=True)
    moments = {True: np.zeros(3), False: np.zeros(3)}  # pairs, sum of cosines, of their squares
    columns = np.arange(len(vectors))
    for start in range(0, len(vectors), _CHUNK):
        rows = columns[start : start + _CHUNK]
        cosines = (vectors[rows] @ vectors.T).astype(np.float64)
        later, same = columns > rows[:, None], codes == codes[rows][:, None]
        for kind, sums in moments.items():
            found = cosines[later & (same == kind)]
            sums += (len(found), found.sum(), np.square(found).sum())
    if min(sums[0] for sums in moments.values()) < 2:
        return {}
    (n, within, spread), (m, between, other) = (_spread(*sums) for sums in moments.values())
    scores = {"similarity_within": within, "similarity_between": between}
    pooled = np.sqrt((spread + other) / (n + m - 2))
    if pooled < 1e-9:
        return scores
    return {**scores, "similarity_effect_size": float((within - between) / pooled)}


def _spread(count: float, total: float, squares: float) -> tuple[float, float, float]:
    """How many, their mean, and the sum of squares about it."""
    return float(count), float(total / count), max(float(squares - total * total / count), 0.0)
