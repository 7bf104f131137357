"""The glyphs of one font read together: each label is drawn once.

Alone, an initial and a medial form that look much alike may both be taken for the likelier of the
two. In one font they cannot both be it. So the probabilities of a font's glyphs are weighed, label
by label, until what all glyphs together claim of a label is one glyph at most: the rows of the
table keep their sum and the columns are kept below one (matrix balancing, Sinkhorn 1964; used for
assignment as by Kosowsky and Yuille 1994, 'The invisible hand algorithm').

A font may draw a label twice all the same, and one whose glyph was copied to a wrong place does: a
checker must see both. A label's weight therefore never falls below `repeat`, how likely a second
drawing of a label is beside a first. What reads as beh beyond doubt stays beh, however many do.
"""

import numpy as np
from numpy.typing import NDArray

from rasm.trust.calibration import Fitted, fit_temperature

_ROUNDS = 50
_FLOOR = 1e-5  # a label less probable than this stays as improbable as it is


def read_font(probabilities: NDArray[np.float64], repeat: float) -> NDArray[np.float64]:
    """P(label) (N, L) of the N glyphs of one font, from that of each glyph alone.

    >>> alone = np.array([[0.6, 0.4], [0.9, 0.1]])
    >>> read_font(alone, 0.01).argmax(axis=1).tolist()
    [1, 0]
    >>> copies = np.array([[0.999, 0.001], [0.999, 0.001]])
    >>> read_font(copies, 0.01).argmax(axis=1).tolist()
    [0, 0]
    """
    glyphs, labels = probabilities.shape
    row, label = np.nonzero(probabilities > _FLOOR)
    alone = probabilities[row, label]
    kept = np.bincount(row, alone, glyphs)
    weight = np.ones(labels)
    for _ in range(_ROUNDS):
        shared = alone * (kept / np.bincount(row, alone * weight[label], glyphs))[row]
        claimed = np.bincount(label, shared, labels)
        weight = np.clip(1 / np.maximum(claimed, 1e-12), repeat, 1)
    together = probabilities.copy()
    weighed = alone * weight[label]
    together[row, label] = weighed * (kept / np.bincount(row, weighed, glyphs))[row]
    return together


def read_fonts(
    probabilities: NDArray[np.float64], fonts: NDArray[np.str_], fitted: Fitted
) -> NDArray[np.float64]:
    """Calibrated P(label) (N, L), each glyph read with the others of its font; `fonts` (N,)."""
    together = np.empty_like(probabilities)
    for font in np.unique(fonts):
        rows = fonts == font
        together[rows] = read_font(probabilities[rows], fitted["repeat"])
    sharp = together ** (1 / fitted["temperature"])
    return np.asarray(sharp / sharp.sum(axis=1, keepdims=True))


def fit_fonts(
    probabilities: NDArray[np.float64],
    fonts: NDArray[np.str_],
    labels: NDArray[np.int64],
    repeat: float,
    weights: NDArray[np.float64] | None = None,
) -> Fitted:
    """What `read_fonts` is told: `repeat`, and the temperature by validation's labels (N,).

    `weights` (N,) are those of the glyphs; without, all are alike.
    """
    together = read_fonts(probabilities, fonts, {"repeat": repeat, "temperature": 1.0})
    logits = np.log(np.maximum(together, 1e-30)).astype(np.float32)
    return {"repeat": repeat, "temperature": fit_temperature(logits, labels, weights)}
