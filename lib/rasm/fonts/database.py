"""Read a glyph database, never writing to it.

    with GlyphDatabase(path) as database:
        for glyph in database.glyphs(): ...

Any database with the tables `fonts` and `glyphs` will do: the number of a glyph may be called `id`,
and of the columns only file_hash, f_id, label and contours must be there.  What a foreign database
lacks is read as None, and the family of a font as its file hash, so that it counts as a family of
its own.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self


class DatabaseError(ValueError):
    """A file that is no glyph database; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class FontRow:
    """A row of `fonts`; lengths in font units, None where unknown."""

    file_hash: str
    upem: int | None
    ascent: int | None
    descent: int | None
    typo_ascent: int | None
    typo_descent: int | None
    x_height: int | None
    cap_height: int | None
    line_gap: int | None
    family: str
    style: str | None
    weight: int | None
    source: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class GlyphRow:
    """A row of `glyphs`; lengths in font units, None where unknown."""

    glyph_id: int
    f_id: str
    label: str
    contours: str
    """JSON text, see `contours.decode`; empty where the database has none."""
    joining_group: str | None
    char_class: str | None
    width: int | None
    lsb: int | None
    rsb: int | None
    alt_label: str | None
    codepoints: str | None
    """Space-separated hex, e.g. `0644 0627`."""


_REQUIRED = {"fonts": ("file_hash",), "glyphs": ("glyph_id", "f_id", "label", "contours")}
_INSTEAD = {"family": "file_hash", "contours": "''"}


def _expressions(row: type, present: set[str]) -> str:
    """Return the SELECT list for a row class over the columns that a table has."""
    parts = []
    for field in fields(row):
        name = field.name
        if name == "glyph_id" and name not in present:
            name = "id"
        expression = name if name in present else "NULL"
        if field.name in _INSTEAD:
            expression = f"coalesce({expression}, {_INSTEAD[field.name]})"
        parts.append(expression)
    return ", ".join(parts)


class GlyphDatabase:
    """A glyph database opened read-only; close it, or use it as a context manager.

    A connection belongs to the process that opened it: open one in each worker.
    Raises DatabaseError when the file is missing or is no glyph database.
    """

    def __init__(self, path: Path) -> None:
        """Open the database and look which columns it has."""
        if not path.is_file():
            raise DatabaseError(f"{path} does not exist; 'dvc repro' builds it")
        self._path = path
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            present = {table: self._columns(table) for table in _REQUIRED}
        except DatabaseError:
            self._connection.close()
            raise
        self._fonts = _expressions(FontRow, present["fonts"])
        self._glyphs = _expressions(GlyphRow, present["glyphs"])
        self._number = self._glyphs.split(",")[0]

    def _columns(self, table: str) -> set[str]:
        try:
            rows = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"{self._path} is not an SQLite database: {error}") from error
        present = {str(row[1]) for row in rows}
        if not present:
            raise DatabaseError(f"{self._path} has no table {table}")
        aliases = {"glyph_id"} if "id" in present else set()
        missing = [name for name in _REQUIRED[table] if name not in present | aliases]
        if missing:
            raise DatabaseError(f"{self._path}: table {table} has no column {', '.join(missing)}")
        return present

    def __enter__(self) -> Self:
        """Return the database itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; iterators that are not exhausted end here."""
        self._connection.close()

    def fonts(self) -> Iterator[FontRow]:
        """Yield all fonts, ordered by file hash."""
        query = f"SELECT {self._fonts} FROM fonts ORDER BY file_hash"
        with closing(self._connection.execute(query)) as rows:
            for row in rows:
                yield FontRow(*row)

    def _select(self, where: str, values: tuple[str, ...] = ()) -> Iterator[GlyphRow]:
        query = f"SELECT {self._glyphs} FROM glyphs WHERE {where} ORDER BY {self._number}"
        with closing(self._connection.execute(query, values)) as rows:
            for row in rows:
                yield GlyphRow(*row)

    def glyphs(self, font: str | None = None) -> Iterator[GlyphRow]:
        """Yield the glyphs whose font exists, ordered by number; of one font if a hash is given."""
        if font is not None:
            return self._select("f_id = ? AND f_id IN (SELECT file_hash FROM fonts)", (font,))
        return self._select("f_id IN (SELECT file_hash FROM fonts)")

    def orphans(self) -> Iterator[GlyphRow]:
        """Yield the glyphs whose font has no row, ordered by number."""
        return self._select("f_id NOT IN (SELECT file_hash FROM fonts)")

    def glyph_count(self) -> int:
        """Return the number of rows that `glyphs()` yields."""
        query = "SELECT count(*) FROM glyphs WHERE f_id IN (SELECT file_hash FROM fonts)"
        return int(self._connection.execute(query).fetchone()[0])
