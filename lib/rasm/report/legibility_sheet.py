"""Pictures in the order of their scores, so that one sees what a ranker takes for legible."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.report.pictures import Strip, Tile, write_strips

_FIFTHS = ("least legible fifth", "second", "third", "fourth", "most legible fifth")
_SHOWN = 10  # pictures of a fifth


def write_legibility_sheet(
    path: Path,
    pictures: NDArray[np.uint8],
    scores: NDArray[np.float32],
    right: NDArray[np.bool_],
) -> None:
    """PNG of pictures (N, H, W) by their scores (N,): some of each fifth, captioned by the score.

    Whether the embedder reads a picture rightly stands beside it.
    """
    strips = []
    for name, rows in zip(
        _FIFTHS, np.array_split(np.argsort(scores, kind="stable"), 5), strict=True
    ):
        chosen = rows[np.linspace(0, len(rows) - 1, min(_SHOWN, len(rows))).astype(int)]
        share = f"{right[rows].mean():.0%}" if len(rows) else "none"
        tiles = [
            Tile(
                np.repeat(pictures[row][:, :, None], 3, axis=2),
                [f"{scores[row]:.2f}", "read" if right[row] else "misread"],
            )
            for row in chosen.tolist()
        ]
        strips.append(Strip(f"{name}: {share} read rightly", tiles))
    write_strips(path, ["Worn letters by their score, the least legible first"], strips, _SHOWN)
