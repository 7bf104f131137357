"""Typical drawings, by pixels that can be counted."""

from pathlib import Path

import numpy as np

from rasm.labels.homoglyphs import ShapeClasses
from rasm.raster.packing import pack
from rasm.report.error_analysis import most_typical, typical_glyphs
from rasm.store.manifest import Roster
from rasm.store.records import Records, key_of, write_records


def mask(pixels: int) -> np.ndarray:
    return (np.arange(64) < pixels).reshape(8, 8)


def test_the_drawing_between_the_others_is_typical() -> None:
    """Mean ink: 2 pixels in all three, 8 more in two, 30 more in one. The middle one is nearest."""
    assert most_typical(np.stack([mask(40), mask(2), mask(10)])) == 2


def test_of_equals_the_first() -> None:
    assert most_typical(np.stack([mask(4), mask(8)])) == 0


def test_of_shape_classes_over_all_their_labels(tmp_path: Path) -> None:
    """Labels 0 and 2 are shape 0, with glyphs 1, 2 and 4; shape 1 has glyph 3; shape 2 none."""
    pixels = {1: 40, 2: 2, 3: 5, 4: 10}
    store = tmp_path / "rasters.lmdb"
    write_records(store, ((key_of(n), pack(mask(count)).tobytes()) for n, count in pixels.items()))
    roster = Roster(
        glyph_ids=np.arange(1, 5),
        labels=np.array([0, 0, 1, 2]),
        fonts=np.array(list("abcd")),
        families=np.array(list("abcd")),
        char_classes=np.array(["isol"] * 4),
        is_diacritic=np.zeros(4, dtype=bool),
        cues=np.zeros((4, 4), dtype=np.float32),
    )
    shapes = ShapeClasses(np.array([0, 1, 0, 2]), np.ones(4))
    with Records(store) as records:
        found = typical_glyphs(records, roster, shapes, [2, 1, 0, 1])
    assert {shape: int(picture.sum()) for shape, picture in found.items()} == {0: 10, 1: 5}
