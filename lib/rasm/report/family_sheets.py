"""What is mistaken in each family, to look at: a sheet a family."""

from pathlib import Path

import numpy as np

from rasm.metrics.labels import families
from rasm.report.errors import Errors, evenly
from rasm.report.pictures import Strip, Tile, glyph, write_strips


def write_family_sheets(folder: Path, errors: Errors, recogniser: str, most: int) -> None:
    """Write FAMILY.png with up to `most` drawings, evenly from those taken for another shape."""
    folder.mkdir(parents=True, exist_ok=True)
    answered = errors.all_answers[recogniser].shape[:, 0]

    def tile(row: int) -> Tile:
        return Tile(
            glyph(errors.masks[row]), (errors.label(row), f"-> {errors.name(answered[row])}")
        )

    for family, rows in families(errors.questions):
        wrong = errors.drawings(np.flatnonzero(rows & (answered != errors.truth)).tolist())
        tiles = [tile(row) for row in evenly(np.array(wrong, dtype=np.int64), most).tolist()]
        right = np.mean(answered[rows] == errors.truth[rows])
        title = f"{family}: the shape of {right:.1%} of {rows.sum()} glyphs is named; of the others"
        write_strips(folder / f"{family}.png", [], [Strip(title, tiles)], max(most, 1))
