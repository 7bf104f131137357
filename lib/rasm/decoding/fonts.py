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
_RARE = 0.01
"""Glyphs of a script beside which others count, so that none is ruled out."""
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


def settle_scripts(
    probabilities: NDArray[np.float64], scripts: NDArray[np.str_]
) -> NDArray[np.float64]:
    """P(sign) (N, K) of the glyphs of one font, given that fonts hold few scripts.

    `scripts` (K,) are those of the signs, empty for what belongs to all. A capital A is drawn alike
    in three: it is of the script that the font's other glyphs are of. Shares of scripts are fitted
    to the glyphs by expectation maximisation (Saerens et al. 2002, 'Adjusting the outputs of a
    classifier to new a priori probabilities').

    >>> p = np.array([[0.5, 0.5, 0.0], [0.1, 0.0, 0.9]])
    >>> settle_scripts(p, np.array(["Latn", "Cyrl", "Latn"])).argmax(axis=1).tolist()
    [0, 2]
    """
    names, which = np.unique(scripts, return_inverse=True)
    letters = names != ""
    share = np.ones(len(names))
    for _ in range(_ROUNDS):
        weighed = probabilities * share[which]
        weighed = weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-12)
        mass = np.bincount(which, weighed.sum(axis=0), len(names))
        most = mass[letters].max(initial=0.0)
        share = np.where(letters, np.maximum(mass, _RARE) / max(most, _RARE), 1.0)
    kept = probabilities.sum(axis=1, keepdims=True)
    return np.asarray(weighed * kept)


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
