"""The sheet of primitives, read back pixel by pixel."""

from pathlib import Path

import numpy as np
from PIL import Image

from rasm.report.prototypes import write_sheet


def test_five_tiles_in_three_columns_with_gaps(tmp_path: Path) -> None:
    """Tiles of 2 x 2 pixels, doubled, one pixel between: 3 columns of 5 and 2 rows of 5, plus 1."""
    centroids = np.zeros((5, 4), dtype=np.float32)
    centroids[1] = [1, 0, 0.5, 0]
    centroids[4] = 1
    path = tmp_path / "new" / "sheet.png"
    write_sheet(path, centroids, zoom=2, gap=1)
    with Image.open(path) as image:
        sheet = np.asarray(image)
    assert sheet.shape == (11, 16)
    assert (sheet[0] == 200).all() and (sheet[5] == 200).all() and (sheet[:, 5] == 200).all()
    tile = [[0, 0, 255, 255], [0, 0, 255, 255], [127, 127, 255, 255], [127, 127, 255, 255]]
    assert sheet[1:5, 6:10].tolist() == tile
    assert (sheet[6:10, 6:10] == 0).all()  # the fifth: second row, second column
    assert (sheet[6:10, 11:15] == 200).all()  # a sixth there is not


def test_rounding_outside_the_range_stays_white_and_black(tmp_path: Path) -> None:
    centroids = np.array([[-1e-7, 1 + 1e-7, 0, 1]], dtype=np.float32)
    write_sheet(tmp_path / "sheet.png", centroids, zoom=1, gap=0)
    with Image.open(tmp_path / "sheet.png") as image:
        assert np.asarray(image).tolist() == [[255, 0], [255, 0]]


def test_columns_as_asked(tmp_path: Path) -> None:
    write_sheet(tmp_path / "sheet.png", np.eye(4, dtype=np.float32), columns=4, zoom=1, gap=0)
    with Image.open(tmp_path / "sheet.png") as image:
        sheet = np.asarray(image)
    assert (sheet == 0).tolist() == [
        [True, False, False, True, False, False, False, False],
        [False, False, False, False, True, False, False, True],
    ]
