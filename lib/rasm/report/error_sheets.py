"""Sheets of errors as pictures: what decided, and which errors belong together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.report.errors import Errors
from rasm.report.pictures import Heats, Strip, Tile, glyph, write_strips

_COLUMNS = 8


def write_saliency(
    path: Path,
    errors: Errors,
    heats: Heats,
    wrong: Sequence[int],
    right: Sequence[int],
    legend: str,
) -> None:
    """PNG of wrong and right answers with the heat of what decided them."""

    def tile(row: int) -> Tile:
        answered, rival = errors.name(errors.answered[row]), errors.name(errors.rival[row])
        second = "truth" if errors.truth[row] == errors.rival[row] else "next"
        family = str(errors.questions.roster.families[row])
        caption = (f"answer {answered}", f"{second} {rival}", family)
        return Tile(glyph(errors.masks[row], heats[row]), caption)

    strips = [
        Strip("Wrong: the worst confusions, of each the surest error", [tile(r) for r in wrong]),
        Strip("Right: evenly from all right answers", [tile(row) for row in right]),
    ]
    write_strips(path, ["Where the decision rests", legend], strips, _COLUMNS)


def write_clusters(
    path: Path,
    errors: Errors,
    clusters: Sequence[NDArray[np.int64]],
    table: Sequence[Mapping[str, object]],
    most: int,
) -> None:
    """PNG of the most central members of each cluster, under what `table` says of it."""

    def tile(row: int) -> Tile:
        family = str(errors.questions.roster.families[row])
        caption = (errors.label(row), f"-> {errors.name(errors.answered[row])}", family)
        return Tile(glyph(errors.masks[row]), caption)

    strips = [
        Strip(
            f"{about['cluster']}.  {about['glyphs']} glyphs   {about['types']}   |   "
            f"{about['families']}   |   {about['char_classes']}",
            [tile(row) for row in errors.drawings(rows.tolist())[:most]],
        )
        for about, rows in zip(table, clusters, strict=True)
    ]
    write_strips(path, ["Errors that belong together, the most typical first"], strips, _COLUMNS)
