"""The vocabulary at a glance: every primitive's centroid on one sheet, most used first."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.store.atomic import replacing


def write_sheet(path: Path, centroids: NDArray[np.float32], zoom: int = 3, gap: int = 2) -> None:
    """PNG of (K, pixels) centroids in [0, 1], dark ink on white, row by row on a near-square."""
    count, pixels = centroids.shape
    side = int(pixels**0.5)
    columns = int(np.ceil(count**0.5))
    rows = int(np.ceil(count / columns))
    pitch = side * zoom + gap
    sheet = np.full((rows * pitch + gap, columns * pitch + gap), 200, dtype=np.uint8)
    for index, centroid in enumerate(centroids):
        tile = 255 - np.round(centroid.reshape(side, side) * 255).astype(np.uint8)
        top, left = (index // columns) * pitch + gap, (index % columns) * pitch + gap
        sheet[top : top + side * zoom, left : left + side * zoom] = tile.repeat(zoom, 0).repeat(
            zoom, 1
        )
    with replacing(path) as temporary:
        Image.fromarray(sheet).save(temporary, format="PNG")
