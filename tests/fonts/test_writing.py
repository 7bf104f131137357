"""The database: its schema, its audit, its bytes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from rasm.fonts.files import Metrics, Names
from rasm.fonts.importing import ImportedFont, ImportedGlyph, RefusedFont, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sources import Source
from rasm.fonts.writing import Summary, write_database
from tests.fonts.building import package_file

Outcomes = list[list[ImportedFont | RefusedFont]]


def font(source: str, hash_: str, labels: list[str]) -> ImportedFont:
    glyphs = [
        ImportedGlyph(label, "[]", "BEH", "isol", 5, 1, 2, "NAME", "0628") for label in labels
    ]
    metrics = Metrics(1000, 800, -200, None, None, 0, 0, 90)
    return ImportedFont(
        source, hash_, metrics, Names("Family", "normal", 400, "OFL"), glyphs, [("teh", "why")], 7
    )


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_rows_audit_and_summary(tmp_path: Path) -> None:
    target = tmp_path / "new" / "glyphs.db"
    summary = write_database(
        target,
        [
            [font("a.ttf", "aa", ["beh", "beh_init"])],
            [RefusedFont("b.ttf", "truncated")],
            [font("c.ttf", "cc", ["beh"]), font("d.ttf", "aa", ["beh"])],
        ],
    )
    assert summary == Summary(
        fonts=2,
        glyphs=3,
        labels=2,
        skipped=2,
        refused=[RefusedFont("b.ttf", "truncated"), RefusedFont("d.ttf", "same file as a.ttf")],
    )
    assert rows(target, "SELECT glyph_id, f_id, label FROM glyphs ORDER BY 1") == [
        (1, "aa", "beh"),
        (2, "aa", "beh_init"),
        (3, "cc", "beh"),
    ]
    assert rows(target, "SELECT * FROM fonts WHERE file_hash = 'aa'") == [
        ("aa", 1000, 800, -200, None, None, 0, 0, 90, "Family", "normal", 400, "a.ttf", "OFL")
    ]
    assert rows(target, "SELECT * FROM glyphs WHERE glyph_id = 3") == [
        (3, "cc", "beh", "[]", "BEH", "isol", 5, 1, 2, "NAME", "0628")
    ]
    missing = "code points not in the font: 7 items"
    assert rows(target, "SELECT * FROM audit ORDER BY rowid") == [
        ("a.ttf", None, missing),
        ("a.ttf", "teh", "why"),
        ("b.ttf", None, "truncated"),
        ("c.ttf", None, missing),
        ("c.ttf", "teh", "why"),
        ("d.ttf", None, "same file as a.ttf"),
    ]


def test_indexes(tmp_path: Path) -> None:
    write_database(tmp_path / "glyphs.db", [])
    named = rows(tmp_path / "glyphs.db", "SELECT name FROM sqlite_master WHERE name LIKE 'idx%'")
    assert sorted(named) == [
        ("idx_glyphs_fid",),
        ("idx_glyphs_joining_group",),
        ("idx_glyphs_label",),
    ]


@pytest.mark.slow
def test_same_bytes_from_the_same_real_fonts(tmp_path: Path) -> None:
    items = arabic_inventory()
    for name in ("one.db", "two.db"):
        sources = [Source(package_file(id_), id_, None) for id_ in ("cairo", "rakkas", "vibes")]
        write_database(
            tmp_path / name, (import_file(source, items, "regular") for source in sources)
        )
    one, two = (tmp_path / "one.db").read_bytes(), (tmp_path / "two.db").read_bytes()
    assert one == two
    (count,) = rows(tmp_path / "one.db", "SELECT count(DISTINCT f_id), count(*) > 600 FROM glyphs")
    assert count == (3, 1)


def test_interrupted_build_leaves_the_old_database(tmp_path: Path) -> None:
    target = tmp_path / "glyphs.db"
    write_database(target, [[font("a.ttf", "aa", ["beh"])]])
    old = target.read_bytes()

    def interrupted() -> Iterator[list[ImportedFont | RefusedFont]]:
        yield [font("b.ttf", "bb", ["beh"])]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_database(target, interrupted())
    assert target.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["glyphs.db"]


def test_what_a_killed_build_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "glyphs.db.part").write_bytes(b"half a database")
    write_database(tmp_path / "glyphs.db", [[font("a.ttf", "aa", ["beh"])]])
    assert [path.name for path in tmp_path.iterdir()] == ["glyphs.db"]
