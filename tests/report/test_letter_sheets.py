"""The picture of a matrix, and the sheet of worn letters."""

from pathlib import Path

import numpy as np

from rasm.report.letter_sheets import heat, write_heatmap, write_wear_sheet
from tests.report.sheets import seen

DISTANCES = np.array([[0, 2, 0.5], [2, 0, 1.5], [0.5, 1.5, 0]], dtype=np.float32)
NAMES = ["alif", "h", "s1"]


def test_nearer_is_darker_and_the_farthest_white() -> None:
    colours = heat(DISTANCES).astype(int).sum(axis=2)
    assert colours[0, 1] == 3 * 255
    assert colours[0, 0] < colours[0, 2] < colours[1, 2] < colours[0, 1]


def test_it_shows_distances_names_and_the_threshold(tmp_path: Path) -> None:
    sheets = []
    for distances, names, threshold in (
        (DISTANCES, NAMES, 1.0),
        (DISTANCES.clip(max=1.8), NAMES, 1.0),
        (DISTANCES, ["alif", "h", "s2"], 1.0),
        (DISTANCES, NAMES, 0.4),  # below which no pair lies
    ):
        path = tmp_path / "new" / f"{len(sheets)}.png"
        write_heatmap(path, distances, names, threshold)
        sheets.append(seen(path).tobytes())
    assert len(set(sheets)) == 4


def test_it_shows_letters_and_samples(tmp_path: Path) -> None:
    picture = np.full((128, 128, 3), 255, dtype=np.uint8)
    picture[30:98, 54:74] = 0
    worn = np.where(picture == 0, 90, 255).astype(np.uint8)
    sheets = []
    for letters in (
        {"alif": [("clean", picture), ("heavy", worn)]},
        {"alif": [("clean", picture), ("heavy", picture)]},
        {"ba": [("clean", picture), ("heavy", worn)]},
        {"alif": [("clean", picture), ("light", worn)]},
    ):
        write_wear_sheet(tmp_path / "wear.png", letters)
        sheets.append(seen(tmp_path / "wear.png").tobytes())
    assert len(set(sheets)) == 4
