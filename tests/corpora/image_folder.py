"""Pictures of one shade to lay in folders: what became of which can be read from the shade."""

from pathlib import Path

import numpy as np
from PIL import Image


def put(folder: Path, file: str, width: int = 40, height: int = 40, shade: int = 0) -> None:
    """Write a grey picture of one shade."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((height, width), shade, dtype=np.uint8)).save(path)
