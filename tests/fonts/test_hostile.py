"""No font file costs more than its own verdict: an error, or a read that skips bad glyphs.

`python -m bench.hostile_fonts` reads all of them and 300 damaged fonts, and says how long it takes.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rasm.bounded.limits import WorkLimits
from rasm.bounded.workers import Workers
from rasm.fonts.importing import ImportedFont, RefusedFont, accounted, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sources import Source
from tests.fonts.building import package_file
from tests.fonts.hostile import FILES

ITEMS = arabic_inventory()
READ = {
    "contours.ttf": "broken glyph",
    "contours_of_nothing.ttf": "has more than 32768 points",
    "points.ttf": "has more than 32768 points",
    "cycle.ttf": "cyclic composite glyph",
    "cycle_of_two.ttf": "cyclic composite glyph",
    "doubled_components.ttf": "is made of more than 1000 outlines",
    "cff_doubling.otf": "more than 10000 calls of subroutines",
    "cff_itself.otf": "broken glyph",
    "multiplied.ttf": "shapes to too many glyphs",
}
"""Files that are read, and why they lack a letter."""
SLOW = {
    "too_large.ttf",
    "woff2_bomb.woff2",
    "points_allowed.ttf",
    "glyph_count.ttf",
    "names.ttf",
    "cff_long.otf",
}
"""Slow to make or to read; the script has them."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    limits = WorkLimits(seconds=60, cpu_seconds=2, call_cpu_seconds=4, megabytes=256)
    with Workers(limits, jobs=1) as made:
        yield made


@pytest.mark.parametrize("name", sorted(FILES.keys() - SLOW))
def test_a_hostile_file_has_its_verdict(name: str, workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    outcome = workers.do(name, import_file, Source(path, name, None), ITEMS, "spread")
    assert outcome.error is None, "caps stop it before the limits do"
    for font in accounted(outcome):
        if isinstance(font, ImportedFont):
            assert any(READ[name] in reason for _, reason in font.skipped)
        else:
            assert name not in READ
            assert font.reason


def test_what_blocks_is_not_opened(workers: Workers, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    source = Source(tmp_path / "pipe.ttf", "pipe.ttf", None)
    assert workers.do("", import_file, source, ITEMS, "spread").results == [
        RefusedFont("pipe.ttf", "not a regular file")
    ]


def test_a_font_over_the_limits_is_a_refusal(tmp_path: Path) -> None:
    source = Source(package_file("tajawal"), "tajawal", None)
    with Workers(WorkLimits(60, 0.01, 0.01, 256), jobs=1) as workers:
        (refused,) = accounted(workers.do("tajawal", import_file, source, ITEMS, "spread"))
    assert isinstance(refused, RefusedFont)
    assert refused.source == "tajawal"
    assert "too many seconds" in refused.reason
