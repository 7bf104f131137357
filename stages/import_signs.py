"""Font packages -> printed signs beyond Arabic, drawn as Arabic glyphs are, split by package."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel

from rasm.bounded.workers import Workers
from rasm.corpora.printed import PrintedGlyph, PrintedGlyphs, draw_signs
from rasm.corpora.scripts import locked_packages
from rasm.fonts.sfnt import LOCKED_LIMITS, FontError
from rasm.labels.signs import NO_SIGN, script_of
from rasm.labels.splits import SPLITS
from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import read_json
from rasm.store.manifest import PlacedFamily
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section import_signs of params.yaml."""

    packages: list[str]
    val: list[str]
    test: list[str]


def main(
    params: Params,
    track: Track,
    *,
    packages: Path,
    lock: Path,
    arabic: Path,
    arabic_lock: Path,
    rasters: Path,
    families: Path,
    signs: Path,
) -> None:
    """Draw the signs of text fonts, and those of Arabic fonts, whose families are split already."""
    printed = locked_packages(packages, lock, params.packages)
    found_families = read_json(families, dict[str, PlacedFamily])
    placed = {_package(name): family.split for name, family in found_families.items()}
    arabs = [one for one in locked_packages(arabic, arabic_lock, []) if one.name in placed]
    split_of = {package.name: "train" for package in printed}
    for split, names in (("val", params.val), ("test", params.test)):
        split_of.update(dict.fromkeys(set(names) & split_of.keys(), split))
    split_of |= placed
    with Records(rasters) as store:
        policy = RasterPolicy.model_validate(read_policy(store))
    drawn: list[PrintedGlyph] = []
    with Workers(LOCKED_LIMITS) as workers:
        folders = track([*printed, *arabs], desc="fonts", unit="font")
        calls = ((str(folder), (folder, policy)) for folder in folders)
        for outcome in workers.in_order(draw_signs, calls):
            if outcome.error:
                raise FontError(f"{outcome.error}; run 'make fonts'")
            drawn += (glyph for file in outcome.results for glyph in file)
    found = PrintedGlyphs(
        texts=np.array([glyph.text for glyph in drawn]),
        packages=np.array([glyph.package for glyph in drawn]),
        splits=np.array([split_of[glyph.package] for glyph in drawn]),
        rasters=np.stack([glyph.raster for glyph in drawn]),
        cues=np.array([glyph.cues for glyph in drawn], dtype=np.float32),
    )
    found.write(signs)
    for split in SPLITS:
        print(f"  {split}: {_told(found.rows(found.splits == split))}")


def _package(family: str) -> str:
    return family.lower().replace(" ", "-")


def _told(found: PrintedGlyphs) -> str:
    counts: dict[str, int] = {}
    for text in found.texts.tolist():
        name = "no sign" if text == NO_SIGN else script_of(text) or "of all scripts"
        counts[name] = counts.get(name, 0) + 1
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{len(np.unique(found.packages))} fonts; {told}"
