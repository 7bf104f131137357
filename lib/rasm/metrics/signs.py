"""How well printed signs are read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.labels.signs import script_of


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
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], texts: Sequence[str]
) -> dict[str, NDArray[np.bool_]]:
    """What is right of N glyphs by P (N, K): rows (N,) by name of a score, none where it is about
    no glyph.

    `texts` (K,) are what signs say, the first, empty, of what is no sign; `labels` (N,) number
    them. `none` asks whether it is a sign at all, `read` which one, among those of its script.
    """
    rivals = rivals_of(texts)
    best = np.where(rivals[labels], probabilities, -1).argmax(axis=1)
    folded = np.unique([text.casefold() for text in texts], return_inverse=True)[1]
    return {
        "none": (probabilities.argmax(axis=1) > 0) == (labels > 0),
        "read": best == labels,
        "folded": folded[best] == folded[labels],
    }
