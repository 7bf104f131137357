"""The sheet of primitives."""

from pathlib import Path

import numpy as np

from rasm.report.prototypes import write_sheet
from tests.report.sheets import seen


def test_it_shows_every_primitive_and_as_many_columns_as_asked(tmp_path: Path) -> None:
    centroids = np.eye(5, 16, dtype=np.float32)
    last = centroids.copy()
    last[4] = 0.5
    shapes, sheets = [], []
    for shown, columns in ((centroids, 3), (last, 3), (centroids, 5)):
        path = tmp_path / "new" / "sheet.png"
        write_sheet(path, shown, columns=columns, zoom=2, gap=1)
        sheets.append(seen(path).tobytes())
        shapes.append(seen(path).shape[:2])
    assert len(set(sheets)) == 3
    assert shapes[0] == (2 * 9 + 1, 3 * 9 + 1), "two rows of three tiles of 4 x 4, twice enlarged"
    assert shapes[2] == (9 + 1, 5 * 9 + 1)


def test_rounding_outside_the_range_stays_white_and_black(tmp_path: Path) -> None:
    centroids = np.tile(np.array([-1e-7, 1 + 1e-7], dtype=np.float32), (2, 128))
    write_sheet(tmp_path / "sheet.png", centroids, columns=2, zoom=1, gap=0)
    assert set(np.unique(seen(tmp_path / "sheet.png"))) == {0, 255}
