"""Fonts that are made to do harm: each costs its own verdict, and no worker is lost over one."""

from pathlib import Path

from rasm.bounded.workers import Workers
from rasm.fonts.importing import RefusedFont, accounted, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.fonts.sources import Source
from tests.fonts.hostile import FILES

# What is wrong with these is wrong with single glyphs, which are left out.
READ = {
    *("contours.ttf", "contours_of_nothing.ttf", "points.ttf", "points_allowed.ttf", "cycle.ttf"),
    *("cycle_of_two.ttf", "doubled_components.ttf", "cff_doubling.otf", "cff_itself.otf"),
    *("cff_long.otf", "multiplied.ttf", "names.ttf"),
}


def test_each_is_refused_with_a_reason_or_read_within_the_limits(tmp_path: Path) -> None:
    read = set()
    with Workers(FONT_LIMITS, jobs=1) as workers:
        for name, make in FILES.items():
            (tmp_path / name).write_bytes(make())
            source = Source(tmp_path / name, name, None)
            outcome = workers.do(name, import_file, source, arabic_inventory(), "spread")
            assert outcome.error is None, name
            found = accounted(outcome)
            if not any(isinstance(one, RefusedFont) for one in found):
                read.add(name)
            assert all(one.reason for one in found if isinstance(one, RefusedFont)), name
            (tmp_path / name).unlink()
    assert read == READ
