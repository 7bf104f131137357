"""A sheet of aged glyphs, to see that the Ager is right: white borders, no fringes, still legible.

A row a glyph: first as it is, then some samples of each level, the mildest first.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.augment.ager import Ager
from rasm.augment.seeding import item_seed
from rasm.augment.severity import SEVERITIES
from rasm.report.pictures import Strip, Tile, write_strips

_SIZE = 128


def write_ager_sheet(
    path: Path, glyphs: Mapping[str, NDArray[np.uint8]], samples: int, seed: int
) -> None:
    """PNG of named pictures and `samples` aged copies of each at every level.

    Pictures are (128, 128) or (128, 128, 3) uint8.
    """
    agers = {level: Ager(severity, _SIZE) for level, severity in SEVERITIES.items()}
    strips = []
    for row, (name, glyph) in enumerate(glyphs.items()):
        picture = glyph if glyph.ndim == 3 else np.repeat(glyph[:, :, None], 3, axis=2)
        tiles = [Tile(picture, ["clean"])]
        for column, (level, ager) in enumerate(agers.items()):
            seeds = [item_seed(seed, column, row * samples + sample) for sample in range(samples)]
            tiles += [Tile(ager.age(picture, one), [level]) for one in seeds]
        strips.append(Strip(name, tiles))
    heading = ["The Ager: clean glyphs and what the levels make of them"]
    write_strips(path, heading, strips, 1 + samples * len(agers))
