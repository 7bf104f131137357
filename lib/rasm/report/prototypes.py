"""Cells to look at: the vocabulary's centroids, or any others, as tiles of one sheet.

A centroid is the average of the cells that it stands for, so a sheet of centroids, most used
first, shows what phase 1 can see.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.store.atomic import replacing


def write_sheet(
    path: Path,
    cells: NDArray[np.float32],
    *,
    columns: int | None = None,
    zoom: int = 3,
    gap: int = 2,
) -> None:
    """PNG of (K, pixels) cells in [0, 1], dark ink on white, row by row; near-square by default."""
    count, pixels = cells.shape
    side = int(pixels**0.5)
    columns = columns or int(np.ceil(count**0.5))
    rows = int(np.ceil(count / columns))
    pitch = side * zoom + gap
    sheet = np.full((rows * pitch + gap, columns * pitch + gap), 200, dtype=np.uint8)
    for index, cell in enumerate(cells):
        tile = 255 - np.round(cell.reshape(side, side) * 255).astype(np.uint8)
        top, left = (index // columns) * pitch + gap, (index % columns) * pitch + gap
        sheet[top : top + side * zoom, left : left + side * zoom] = tile.repeat(zoom, 0).repeat(
            zoom, 1
        )
    with replacing(path) as temporary:
        Image.fromarray(sheet).save(temporary, format="PNG")
