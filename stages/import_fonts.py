"""Fonts -> glyphs.db: shape every item of the label inventory in every font."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pydantic import BaseModel

from rasm.bounded.workers import Call, Workers
from rasm.fonts.importing import accounted, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sfnt import FONT_LIMITS, LOCKED_LIMITS
from rasm.fonts.sources import Source, own_sources, package_sources
from rasm.fonts.weights import Weights
from rasm.fonts.writing import write_database
from rasm.report.terminal import say
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section import_fonts of params.yaml."""

    weights: Weights
    """regular: of each family the weight nearest 400.  spread: that, the lightest and the boldest.
    all: every weight.  Of a variable font, its instances at these weights."""
    families: list[str]
    """Ids of the font packages to use; empty: all."""
    own_fonts: str
    """Folder of own fonts; all files are used, whatever their weight."""


def main(params: Params, track: Track, *, fonts: Path, own_fonts: Path, database: Path) -> None:
    """Build the glyph database from the locked packages and the user's own fonts."""
    locked = package_sources(fonts, params.weights, params.families)
    own = own_sources(own_fonts)
    items = arabic_inventory()

    def calls(sources: list[Source]) -> Iterator[Call]:
        for source in sorted(sources, key=lambda source: source.name):
            yield source.name, (source, items, params.weights)

    with Workers(LOCKED_LIMITS) as ample, Workers(FONT_LIMITS) as strict:
        outcomes = chain(
            ample.in_order(import_file, calls(locked)), strict.in_order(import_file, calls(own))
        )
        read = track(map(accounted, outcomes), len(locked) + len(own), "fonts", "font")
        summary = write_database(database, read)
    for refused in summary.refused:
        say(f"refused {refused.source}: {refused.reason}")
    print(
        f"{database}: {summary.fonts} fonts, {summary.glyphs} glyphs, {summary.labels} labels; "
        f"{summary.skipped} items skipped, {len(summary.refused)} fonts refused "
        "(the table audit says why)"
    )
