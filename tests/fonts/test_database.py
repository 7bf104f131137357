"""Reading databases: our own, foreign ones with fewer columns, and what is none."""

import sqlite3
from pathlib import Path

import pytest

from rasm.fonts.database import DatabaseError, FontRow, GlyphDatabase, GlyphRow
from rasm.fonts.writing import INDEXES, SCHEMA


def make(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two fonts, three glyphs; glyph 4 belongs to no font."""
    return make(
        tmp_path / "glyphs.db",
        SCHEMA
        + INDEXES
        + """
        INSERT INTO fonts
            VALUES ('bb', 1000, 8, -2, 7, -3, 5, 6, 1, 'Amiri', 'normal', 400, 's', 'OFL');
        INSERT INTO fonts (file_hash) VALUES ('aa');
        INSERT INTO glyphs VALUES (2, 'bb', 'beh', '[]', 'BEH', 'isol', 5, 1, 2, 'NAME', '0628');
        INSERT INTO glyphs (glyph_id, f_id, label, contours) VALUES (1, 'bb', 'teh', '[1]');
        INSERT INTO glyphs (glyph_id, f_id, label, contours) VALUES (3, 'aa', 'beh', '[2]');
        INSERT INTO glyphs (glyph_id, f_id, label, contours) VALUES (4, 'zz', 'beh', '[3]');
        """,
    )


def test_rows_are_typed_and_ordered(database: Path) -> None:
    with GlyphDatabase(database) as opened:
        first, second = opened.fonts()
        assert (first.file_hash, first.family, first.upem) == ("aa", "aa", None)
        assert second == FontRow(
            "bb", 1000, 8, -2, 7, -3, 5, 6, 1, "Amiri", "normal", 400, "s", "OFL"
        )
        assert [glyph.glyph_id for glyph in opened.glyphs()] == [1, 2, 3]
        assert list(opened.glyphs())[1] == GlyphRow(
            2, "bb", "beh", "[]", "BEH", "isol", 5, 1, 2, "NAME", "0628"
        )
        assert opened.glyph_count() == 3


def test_glyphs_of_one_font(database: Path) -> None:
    with GlyphDatabase(database) as opened:
        assert [glyph.glyph_id for glyph in opened.glyphs("bb")] == [1, 2]
        assert list(opened.glyphs("zz")) == []


def test_glyphs_without_font_are_orphans(database: Path) -> None:
    with GlyphDatabase(database) as opened:
        assert [(glyph.glyph_id, glyph.f_id) for glyph in opened.orphans()] == [(4, "zz")]


def test_database_is_not_changed_and_cannot_be(database: Path) -> None:
    before = database.read_bytes()
    database.chmod(0o444)
    with GlyphDatabase(database) as opened:
        assert len(list(opened.glyphs())) == 3
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["glyphs.db"]


def test_foreign_database_with_only_what_must_be_there(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a b%20#.db",
        """
        CREATE TABLE fonts (file_hash TEXT, upem INTEGER, extra TEXT);
        CREATE TABLE glyphs (id INTEGER PRIMARY KEY, f_id TEXT, label TEXT, contours TEXT);
        INSERT INTO fonts VALUES ('aa', 2048, 'x');
        INSERT INTO glyphs VALUES (7, 'aa', 'beh', '[]'), (5, 'aa', 'teh', NULL);
        """,
    )
    with GlyphDatabase(path) as opened:
        (font,) = opened.fonts()
        assert (font.upem, font.family, font.ascent, font.licence) == (2048, "aa", None, None)
        five, seven = opened.glyphs()
        assert (five.glyph_id, five.contours) == (5, "")
        assert (seven.glyph_id, seven.contours, seven.char_class) == (7, "[]", None)
        assert list(opened.orphans()) == []


def test_glyph_id_wins_over_id(tmp_path: Path) -> None:
    path = make(
        tmp_path / "both.db",
        """
        CREATE TABLE fonts (file_hash TEXT);
        CREATE TABLE glyphs (id INTEGER, glyph_id INTEGER, f_id TEXT, label TEXT, contours TEXT);
        INSERT INTO fonts VALUES ('aa');
        INSERT INTO glyphs VALUES (1, 2, 'aa', 'beh', '[]');
        """,
    )
    with GlyphDatabase(path) as opened:
        assert [glyph.glyph_id for glyph in opened.glyphs()] == [2]


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"glyphs\.db does not exist; 'dvc repro' builds it"):
        GlyphDatabase(tmp_path / "glyphs.db")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "glyphs.db").write_bytes(b"not SQLite" * 100)
    with pytest.raises(DatabaseError, match="is not an SQLite database"):
        GlyphDatabase(tmp_path / "glyphs.db")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("CREATE TABLE other (a)", "no table fonts"),
        ("CREATE TABLE fonts (file_hash)", "no table glyphs"),
        (
            "CREATE TABLE fonts (file_hash); CREATE TABLE glyphs (id, label, contours)",
            "table glyphs has no column f_id",
        ),
    ],
)
def test_database_without_the_tables(tmp_path: Path, script: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        GlyphDatabase(make(tmp_path / "other.db", script))
