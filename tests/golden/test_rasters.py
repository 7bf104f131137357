"""Real glyphs against pictures that a person has looked at, at most 0.5% of pixels apart.

When drawing changes on purpose, draw them anew and look at each before committing:

    .venv/bin/python -m tests.golden.test_rasters --regenerate
"""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.raster.real_glyphs import raster_of

FOLDER = Path(__file__).parent
TOLERANCE = 0.005
"""Share of the 128 x 128 pixels that may differ: 81 of them."""
GLYPHS = [
    ("amiri", "meem"),
    ("amiri", "noon"),
    ("amiri", "waw"),
    ("amiri", "heh_medi"),
    ("amiri", "ain_final"),
    ("amiri", "shadda"),
    ("cairo", "meem"),
    ("cairo", "heh_medi"),
    ("cairo", "lam+alef"),
    ("cairo", "sheen_init"),
    ("cairo", "dammatan"),
]


def picture_file(package: str, label: str) -> Path:
    return FOLDER / f"{package}-{label}.png"


@pytest.mark.parametrize(("package", "label"), GLYPHS)
def test_glyph_is_drawn_as_before(package: str, label: str) -> None:
    with Image.open(picture_file(package, label)) as image:
        golden = ~np.asarray(image)  # 1-bit: ink is black
    mask = raster_of(package, label).mask
    assert golden.shape == mask.shape
    assert (mask != golden).mean() <= TOLERANCE


def test_no_two_golden_pictures_would_pass_for_each_other() -> None:
    """The tolerance is far below the difference between shapes."""
    masks = []
    for package, label in GLYPHS:
        with Image.open(picture_file(package, label)) as image:
            masks.append(~np.asarray(image))
    for at, one in enumerate(masks):
        for other in masks[:at]:
            assert (one != other).mean() > 4 * TOLERANCE


def regenerate() -> None:
    for package, label in GLYPHS:
        image = Image.fromarray(~raster_of(package, label).mask)
        image.save(picture_file(package, label), optimize=True)


if __name__ == "__main__":
    if sys.argv[1:] != ["--regenerate"]:
        sys.exit("usage: python -m tests.golden.test_rasters --regenerate")
    regenerate()
