"""The sheet of aged glyphs, read back from the PNG."""

from pathlib import Path

import numpy as np
from PIL import Image
from rasm.report.ager_sheet import write_ager_sheet


def sheet(path: Path, seed: int, samples: int = 2) -> np.ndarray:
    """Of a bar and a grey bar, drawn in the middle of white paper."""
    glyphs = {}
    for name, grey in (("bar", 0), ("grey bar", 90)):
        glyphs[name] = np.full((128, 128, 3), 255, dtype=np.uint8)
        glyphs[name][30:98, 54:74] = grey
    write_ager_sheet(path, glyphs, samples, seed)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_first_column_is_clean_and_the_others_are_aged(tmp_path: Path) -> None:
    picture = sheet(tmp_path / "ager.png", 1)
    assert picture.shape[1] == 14 + 174 * (1 + 2 * 3)
    column = picture[:, 15 : 15 + 128, 0]
    starts = [row for row in range(len(column) - 68) if (column[row : row + 68, 54:74] == 0).all()]
    assert len(starts) == 1
    top = starts[0] - 30
    assert (column[top : top + 30] == 255).all()
    tiles = [picture[top : top + 128, 15 + 174 * i :][:, :128] for i in range(7)]
    assert len({tile.tobytes() for tile in tiles}) == 7
    assert all(tile.min() < 128 for tile in tiles)


def test_the_sheet_shows_no_colour(tmp_path: Path) -> None:
    picture = sheet(tmp_path / "ager.png", 2)
    assert (picture == picture[..., :1]).all()


def test_a_seed_gives_one_sheet(tmp_path: Path) -> None:
    first, again, other = (sheet(tmp_path / f"{i}.png", seed) for i, seed in enumerate((3, 3, 4)))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
