"""Sheets are for eyes: a test asks that one opens, and that it changes with what it shows."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def seen(path: Path) -> NDArray[np.uint8]:
    """The sheet as it opens, (H, W, 3): 10 to 4000 pixels a side, and not of one grey."""
    with Image.open(path) as image:
        picture = np.asarray(image.convert("RGB"))
    assert all(10 <= side <= 4000 for side in picture.shape[:2])
    assert len(np.unique(picture)) > 1, "nothing is drawn"
    return picture
