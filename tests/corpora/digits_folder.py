"""A real image folder: scikit-learn's handwritten digits, 1,797 scans of 8x8 by 43 people."""

from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits


def write_digits(folder: Path, count: int, side: int = 32) -> None:
    """The first `count` digits as FOLDER/digit_D/dNNNN_1.png, dark on white, `side` pixels wide.

    Who wrote which is not recorded, so each sample is an ID of its own.
    """
    data = load_digits()
    ink = 255 - np.rint(data.images * (255 / 16)).astype(np.uint8)  # 16 levels of ink
    for number, (picture, digit) in enumerate(zip(ink[:count], data.target, strict=False)):
        path = folder / f"digit_{digit}" / f"d{number:04}_1.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC).save(path)
