"""Write `glyphs.db`, byte for byte the same from the same fonts.

One writer fills a fresh file in a fixed order with a fixed page size, vacuums it, and moves it
over the target when it is complete: a build that is killed leaves the old database or none.
(The bytes also hold the version of SQLite, so they are the same for one SQLite version.)
"""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rasm.fonts.importing import ImportedFont, RefusedFont

SCHEMA = """
CREATE TABLE fonts (
  file_hash      TEXT PRIMARY KEY,
  upem           INTEGER,
  ascent         INTEGER,
  descent        INTEGER,
  typo_ascent    INTEGER,
  typo_descent   INTEGER,
  x_height       INTEGER,
  cap_height     INTEGER,
  line_gap       INTEGER,
  family         TEXT,
  style          TEXT,
  weight         INTEGER,
  source         TEXT,
  licence        TEXT
);
CREATE TABLE glyphs (
  glyph_id       INTEGER PRIMARY KEY,
  f_id           TEXT NOT NULL,
  label          TEXT NOT NULL,
  contours       TEXT NOT NULL,
  joining_group  TEXT,
  char_class     TEXT,
  width          INTEGER,
  lsb            INTEGER,
  rsb            INTEGER,
  alt_label      TEXT,
  codepoints     TEXT,
  FOREIGN KEY(f_id) REFERENCES fonts(file_hash)
);
CREATE TABLE audit (
  font           TEXT,
  item           TEXT,
  reason         TEXT
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS idx_glyphs_fid ON glyphs(f_id);
CREATE INDEX IF NOT EXISTS idx_glyphs_label ON glyphs(label);
CREATE INDEX IF NOT EXISTS idx_glyphs_joining_group ON glyphs(joining_group);
"""
_FONT = f"INSERT INTO fonts VALUES ({', '.join('?' * 14)})"
_GLYPH = """
INSERT INTO glyphs (label, contours, joining_group, char_class, width, lsb, rsb, alt_label,
                    codepoints, f_id, glyph_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_AUDIT = "INSERT INTO audit VALUES (?, ?, ?)"


@dataclass(slots=True)
class Summary:
    """What a build wrote."""

    fonts: int = 0
    glyphs: int = 0
    labels: int = 0
    skipped: int = 0
    """Items that fonts have but do not show; missing code points are not counted here."""
    refused: list[RefusedFont] = field(default_factory=list)
    """Font files or faces that gave no row, and why."""


class _Writer:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._sources: dict[str, str] = {}
        self._labels: set[str] = set()
        self.summary = Summary()

    def refuse(self, font: RefusedFont) -> None:
        self._connection.execute(_AUDIT, (font.source, None, font.reason))
        self.summary.refused.append(font)

    def add(self, font: ImportedFont) -> None:
        if twin := self._sources.get(font.file_hash):
            self.refuse(RefusedFont(font.source, f"same file as {twin}"))
            return
        self._sources[font.file_hash] = font.source
        m, n = font.metrics, font.names
        vertical = (m.upem, m.ascent, m.descent, m.typo_ascent, m.typo_descent, m.x_height)
        rest = (m.cap_height, m.line_gap, n.family, n.style, n.weight, font.source, n.licence)
        self._connection.execute(_FONT, (font.file_hash, *vertical, *rest))
        first = self.summary.glyphs + 1
        self._connection.executemany(
            _GLYPH,
            ((*glyph, font.file_hash, first + at) for at, glyph in enumerate(font.glyphs)),
        )
        if font.missing:
            reason = f"code points not in the font: {font.missing} items"
            self._connection.execute(_AUDIT, (font.source, None, reason))
        self._connection.executemany(_AUDIT, ((font.source, *skip) for skip in font.skipped))
        self._labels.update(glyph.label for glyph in font.glyphs)
        self.summary.fonts += 1
        self.summary.glyphs += len(font.glyphs)
        self.summary.skipped += len(font.skipped)
        self.summary.labels = len(self._labels)


def write_database(target: Path, files: Iterable[list[ImportedFont | RefusedFont]]) -> Summary:
    """Build the database from the outcomes of font files, in the order given.

    Two files with the same hash give one font: the second goes into the audit.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(part, isolation_level=None)
    try:
        # No journal: a half-written file is never moved to the target, so there is nothing to undo.
        connection.executescript(
            "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA
        )
        writer = _Writer(connection)
        connection.execute("BEGIN")
        for outcomes in files:
            for outcome in outcomes:
                if isinstance(outcome, RefusedFont):
                    writer.refuse(outcome)
                else:
                    writer.add(outcome)
        connection.execute("COMMIT")
        connection.executescript(INDEXES + "VACUUM;")
    except BaseException:
        connection.close()
        part.unlink(missing_ok=True)
        raise
    connection.close()
    os.replace(part, target)
    return writer.summary
