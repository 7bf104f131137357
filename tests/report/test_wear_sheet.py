"""The sheet of worn letters."""

from pathlib import Path

import numpy as np

from rasm.report.wear_sheet import write_wear_sheet
from tests.report.sheets import seen


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
