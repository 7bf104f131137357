"""The picture of a matrix, read back pixel by pixel."""

from pathlib import Path

import numpy as np
from PIL import Image

from rasm.report.heatmap import CELL, heat, write_heatmap

DISTANCES = np.array([[0, 2, 0.5], [2, 0, 1.5], [0.5, 1.5, 0]], dtype=np.float32)


def test_nearer_is_darker_and_the_farthest_white() -> None:
    colours = heat(DISTANCES).astype(int).sum(axis=2)
    assert colours[0, 1] == 3 * 255
    assert colours[0, 0] < colours[0, 2] < colours[1, 2] < colours[0, 1]


def test_cells_names_and_frames(tmp_path: Path) -> None:
    path = tmp_path / "new" / "heat.png"
    write_heatmap(path, DISTANCES, ["alif", "h", "s1"], 1.0)
    with Image.open(path) as image:
        sheet = np.asarray(image).astype(int)
    room = sheet.shape[0] - 3 * CELL - 8
    cells = sheet[room : room + 3 * CELL, room : room + 3 * CELL]
    middles = cells[CELL // 2 :: CELL, CELL // 2 :: CELL]
    assert (middles == heat(DISTANCES)).all()
    corners = cells[::CELL, ::CELL].sum(axis=2) == 0
    assert np.argwhere(corners).tolist() == [[0, 2], [2, 0]], "only the confused pair is framed"
    names = sheet[room : room + 3 * CELL, :room].sum(axis=2) < 300
    above = sheet[:room, room : room + 3 * CELL].sum(axis=2) < 300
    widths = [int(names[top : top + CELL].sum()) for top in range(0, 3 * CELL, CELL)]
    heights = [int(above[:, left : left + CELL].sum()) for left in range(0, 3 * CELL, CELL)]
    assert widths == heights, "column names are the row names, turned, in the same order"
    assert len(set(widths)) == 3 and min(widths) > 0
