"""The Arabic characters of Unicode, read from the excerpt `arabic.tsv` beside this file.

`unicode_excerpt` says why this is data and how the file is made.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EXCERPT = Path(__file__).with_name("arabic.tsv")


@dataclass(frozen=True, slots=True)
class Character:
    """One row of the excerpt."""

    code_point: int
    name: str
    """Unicode name, e.g. `ARABIC LETTER BEH`."""
    category: str
    """General category, e.g. `Lo`."""
    joining_type: str
    """D dual, R right, U non-joining, C join-causing, T transparent."""
    joining_group: str | None
    """Joining group as ArabicShaping.txt spells it, e.g. `TEH MARBUTA`; None if it has none."""
    form: str | None
    """Tag of a presentation form: isolated, initial, medial or final; None for others."""
    parts: tuple[int, ...]
    """Code points of a tagged decomposition; empty for characters without a form tag."""


def _character(row: dict[str, str]) -> Character:
    form, parts = None, list[str]()
    if row["decomposition"].startswith(("<isolated>", "<initial>", "<medial>", "<final>")):
        tag, *parts = row["decomposition"].split()
        form = tag.strip("<>")
    group = row["joining_group"]
    return Character(
        code_point=int(row["code_point"], 16),
        name=row["name"],
        category=row["general_category"],
        joining_type=row["joining_type"],
        joining_group=None if group == "No_Joining_Group" else group,
        form=form,
        parts=tuple(int(part, 16) for part in parts),
    )


def read_characters(lines: Iterable[str]) -> dict[int, Character]:
    """Parse the lines of an excerpt: code point -> character, in file order."""
    rows = csv.DictReader(
        (line for line in lines if not line.startswith("#")),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
    return {character.code_point: character for character in map(_character, rows)}


def arabic_characters() -> dict[int, Character]:
    """Return the characters of the shipped excerpt."""
    return read_characters(EXCERPT.read_text(encoding="utf-8").splitlines())
