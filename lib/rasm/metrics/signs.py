"""How well printed signs are read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.labels.signs import SCRIPTS, script_of
from rasm.metrics.intervals import IntervalParams, with_interval


def rivals_of(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which signs (K, K) each one is told from: those of its script, and those of none.

    Capital A is drawn alike in Latin, Greek and Cyrillic: pictures cannot tell, and words do.
    """
    scripts = np.array([script_of(text) for text in texts])
    alike: NDArray[np.bool_] = (
        (scripts[:, None] == scripts) | (scripts == "") | (scripts == "")[:, None]
    )
    alike[:, 0] = False
    return alike


def sign_scores(
    scores: NDArray[np.floating], labels: NDArray[np.int64], texts: Sequence[str]
) -> dict[str, NDArray[np.bool_]]:
    """What is right of N glyphs by their scores (N, K), probabilities or logits: rows (N,) by name.

    `texts` (K,) are what signs say, the first, empty, of what is no sign; `labels` (N,) number
    them. `none` asks whether it is a sign at all, `read` which one, among those of its script.
    """
    rivals = rivals_of(texts)
    best = np.where(rivals[labels], scores, -np.inf).argmax(axis=1)
    folded = np.unique([text.casefold() for text in texts], return_inverse=True)[1]
    return {
        "none": (scores.argmax(axis=1) > 0) == (labels > 0),
        "read": best == labels,
        "folded": folded[best] == folded[labels],
    }


def score_signs(
    probabilities: NDArray[np.float64],
    texts: Sequence[str],
    said: NDArray[np.str_],
    packages: NDArray[np.str_],
    intervals: IntervalParams,
    seed: int,
) -> dict[str, float]:
    """How well N glyphs of font `packages` (N,) are read, by P (N, K) of the K `texts`.

    What they `said` (N,) may be no text of these: such glyphs are left out. Of each script, of
    ASCII and of what scripts share: `top1`, and `folded`, where the case may be wrong.
    """
    number = {text: n for n, text in enumerate(texts)}
    labels = np.array([number.get(text, -1) for text in said.tolist()])
    known = labels >= 0
    labels, said, packages = labels[known], said[known], packages[known]
    right = sign_scores(probabilities[known], labels, texts)
    found: dict[str, float] = {
        "signs": len(texts) - 1,
        "packages": len(np.unique(packages)),
        "glyphs": len(labels),
    }
    scripts = np.array([script_of(text) for text in said.tolist()])
    is_sign = labels > 0
    groups = {"ascii": np.array([text.isascii() for text in said.tolist()]) & is_sign}
    groups |= {script: scripts == script for script in SCRIPTS}
    groups["common"] = (scripts == "") & is_sign
    for name, rows in groups.items():
        if rows.any():
            read, of = right["read"][rows], packages[rows]
            found |= with_interval(f"{name}_top1", read, of, intervals, seed)
            found[f"{name}_folded"] = float(right["folded"][rows].mean())
    for name, rows in (("signs_told", is_sign), ("arabic_told", ~is_sign)):
        found |= with_interval(name, right["none"][rows], packages[rows], intervals, seed)
    return found
