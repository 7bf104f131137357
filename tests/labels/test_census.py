"""Who draws which label, in a database of three families."""

import sqlite3
from pathlib import Path

import pytest

from rasm.fonts.database import GlyphDatabase
from rasm.fonts.writing import INDEXES, SCHEMA
from rasm.labels.census import Census, learnable

BAR = '[[["moveTo",[0,0]],["lineTo",[4,0]],["lineTo",[4,3]],["closePath",null]]]'
FONTS = {"a1": "Amiri", "a2": "Amiri", "c1": "Cairo", "o1": "Oi"}
GLYPHS = [
    *(("a1", "beh", BAR), ("a2", "beh", BAR), ("c1", "beh", BAR)),
    *(("a1", "teh", BAR), ("a2", "teh", BAR), ("a1", "noon_init", BAR), ("c1", "noon_init", BAR)),
    *(("c1", "teh", "[]"), ("gone", "beh", BAR)),  # numbers 8 and 9
]


@pytest.fixture
def census(tmp_path: Path) -> Census:
    connection = sqlite3.connect(tmp_path / "glyphs.db")
    connection.executescript(SCHEMA + INDEXES)
    connection.executemany("INSERT INTO fonts (file_hash, family) VALUES (?, ?)", FONTS.items())
    connection.executemany("INSERT INTO glyphs (f_id, label, contours) VALUES (?, ?, ?)", GLYPHS)
    connection.commit()
    connection.close()
    with GlyphDatabase(tmp_path / "glyphs.db") as database:
        return Census.of(database, iter)


def test_readable_glyphs_of_known_fonts_are_counted(census: Census) -> None:
    counts = {label: (c.glyphs, c.families) for label, c in census.counts.items()}
    assert counts == {"beh": (3, 2), "noon_init": (2, 2), "teh": (2, 1)}
    assert [(row["glyph_id"], row["label"]) for row in census.dropped] == [(9, "beh"), (8, "teh")]
    assert all(row["reason"] for row in census.dropped)


def test_labels_below_a_floor_are_left_out_with_their_glyphs(census: Census) -> None:
    kept, dropped = census.kept(min_count=2, min_families=2, drop_shaped=False)
    assert kept == {"beh", "noon_init"}
    assert [(row["label"], row["glyphs"]) for row in dropped] == [("teh", 2)]
    assert census.kept(min_count=2, min_families=2, drop_shaped=True)[0] == {"beh"}


def test_labels_of_families_and_those_that_training_draws(census: Census) -> None:
    labels_of = census.labels_of({"beh", "noon_init"})
    assert labels_of == {"Amiri": {"beh", "noon_init"}, "Cairo": {"beh", "noon_init"}}
    labels_of = census.labels_of({"beh", "teh"})
    assert labels_of == {"Amiri": {"beh", "teh"}, "Cairo": {"beh"}}
    assert learnable(labels_of, {"Amiri": "val", "Cairo": "train"}) == {"beh"}
