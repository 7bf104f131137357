"""Turn one font file into rows: the step that runs in parallel, one call a file."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rasm.fonts.contours import encode
from rasm.fonts.files import Face, FontError, Metrics, Names, face_count, file_hash, open_face
from rasm.fonts.inventory import Item
from rasm.fonts.reading import MISSING, Glyph, read_glyphs
from rasm.fonts.sources import Source


class GlyphRecord(NamedTuple):
    """What the table `glyphs` holds of one glyph, except its number and its font."""

    label: str
    contours: str
    joining_group: str | None
    char_class: str
    width: int
    lsb: int
    rsb: int
    alt_label: str
    codepoints: str


class ImportedFont(NamedTuple):
    """A font with its glyphs."""

    source: str
    file_hash: str
    metrics: Metrics
    names: Names
    glyphs: list[GlyphRecord]
    skipped: list[tuple[str, str]]
    """(label, reason) of the items that the font has but does not show."""
    missing: int
    """How many items the font has no code points for."""


class RefusedFont(NamedTuple):
    """A font that cannot be used, and why."""

    source: str
    reason: str


def _record(glyph: Glyph) -> GlyphRecord:
    item = glyph.item
    return GlyphRecord(
        label=item.label,
        contours=encode(glyph.contours),
        joining_group=item.joining_group,
        char_class=item.char_class,
        width=glyph.width,
        lsb=glyph.lsb,
        rsb=glyph.rsb,
        alt_label=item.name,
        codepoints=" ".join(f"{code_point:04X}" for code_point in item.code_points),
    )


def import_face(
    face: Face, items: Sequence[Item], source: str, hash_: str, names: Names
) -> ImportedFont | RefusedFont:
    """Read all items of an opened font; one without any of them is refused."""
    glyphs: list[GlyphRecord] = []
    skipped: list[tuple[str, str]] = []
    missing = 0
    for outcome in read_glyphs(face, items):
        if isinstance(outcome, Glyph):
            glyphs.append(_record(outcome))
        elif outcome.reason == MISSING:
            missing += 1
        else:
            skipped.append((outcome.item.label, outcome.reason))
    if missing == len(items):
        return RefusedFont(source, "no Arabic characters")
    return ImportedFont(source, hash_, face.metrics, names, glyphs, skipped, missing)


def import_file(source: Source, items: Sequence[Item]) -> list[ImportedFont | RefusedFont]:
    """Read every font of a file: one, or each face of a collection.

    A broken file or face becomes a RefusedFont; nothing is raised for it.
    """
    # What fontTools warns about is either harmless or ends in the audit with a name.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        data = source.path.read_bytes()
        count = face_count(data)
    except OSError as error:
        return [RefusedFont(source.name, f"cannot be read: {error.strerror}")]
    except FontError as error:
        return [RefusedFont(source.name, str(error))]
    outcomes: list[ImportedFont | RefusedFont] = []
    for index in range(count):
        name = f"{source.name}:{index}" if index else source.name
        try:
            face = open_face(data, index)
        except FontError as error:
            outcomes.append(RefusedFont(name, str(error)))
            continue
        names = source.names or face.names
        names = replace(names, licence=names.licence or face.names.licence)
        outcomes.append(import_face(face, items, name, file_hash(data, index), names))
    return outcomes
