"""A sheet of worn letters, to see what the levels of wear are: still legible, no fringes.

A row a letter: first as it is, then some samples of each level, the mildest first.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.report.pictures import Strip, Tile, write_strips

Samples = Sequence[tuple[str, NDArray[np.uint8]]]
"""Captions and pictures (128, 128, 3)."""


def write_wear_sheet(path: Path, letters: Mapping[str, Samples]) -> None:
    """PNG of named letters, of each as many samples, the clean drawing among them."""
    strips = [
        Strip(name, [Tile(picture, [caption]) for caption, picture in samples])
        for name, samples in letters.items()
    ]
    heading = ["Wear: clean letters and what the levels make of them"]
    write_strips(path, heading, strips, max(len(strip.tiles) for strip in strips))
