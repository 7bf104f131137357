"""What phase 2 sees: glyphs as drawn, and as phase 1 reads them, built from primitives.

`python -m rasm.report.showcase outputs docs/primitives.png` draws glyphs of validation fonts.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.primitives.vocabulary import load_primitives
from rasm.raster.packing import unpack
from rasm.store.atomic import replacing
from rasm.store.manifest import Roster, read_splits
from rasm.store.records import Records

_COLUMNS = 10
_GAP = 8
_WHITE = 255


def from_primitives(
    primitives: NDArray[np.integer], centroids: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Pictures (N, S, S) in [0, 1] of grids (N, G * G) of primitives, each cell its centroid."""
    pixels = centroids.shape[1]
    pictures = np.concatenate([np.zeros((1, pixels), np.float32), centroids])[primitives]
    grid, cell = int(primitives.shape[1] ** 0.5), int(pixels**0.5)
    tiles = pictures.reshape(-1, grid, grid, cell, cell).transpose(0, 1, 3, 2, 4)
    return np.asarray(tiles.reshape(-1, grid * cell, grid * cell))


def sheet(rows: list[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """One picture of rows of (n, S, S) pictures in [0, 1], dark ink on white."""
    count, size, _ = rows[0].shape
    pitch = size + _GAP
    canvas = np.full((len(rows) * pitch + _GAP, count * pitch + _GAP), _WHITE, dtype=np.uint8)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            top, left = r * pitch + _GAP, c * pitch + _GAP
            ink = np.round((1 - picture) * _WHITE).astype(np.uint8)
            canvas[top : top + size, left : left + size] = ink
    return canvas


def _chosen(roster: Roster) -> NDArray[np.int64]:
    """Evenly spread main letters: the same on every run."""
    letters = roster.where(~roster.is_diacritic).glyph_ids
    return letters[np.linspace(0, len(letters) - 1, _COLUMNS).astype(np.int64)]


def main(outputs: Path, picture: Path) -> None:
    """Write the sheet from the artefacts of a run."""
    meta = outputs / "meta"
    splits = [outputs / "splits/val_ids.json"]
    (roster,) = read_splits(meta / "meta.jsonl", meta / "label_map.json", *splits)
    ids = _chosen(roster)
    centroids = load_primitives(outputs / "primitives").centroids
    with Records(outputs / "cache/rasters.lmdb") as store:
        drawn = unpack(store.stack(ids)).astype(np.float32)
    with Records(outputs / "cache/grids.lmdb") as store:
        read = from_primitives(store.stack(ids).view("<u2"), centroids)
    with replacing(picture) as temporary:
        Image.fromarray(sheet([drawn, read])).save(temporary, format="PNG")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
