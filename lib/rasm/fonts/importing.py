"""Turn one font file into rows: the step that runs in parallel, one call a file.

A file gives one font, or more: a collection one a face, a variable font one a location.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from rasm.bounded.workers import Outcome
from rasm.fonts.contours import encode_contours
from rasm.fonts.files import (
    Face,
    Metrics,
    Names,
    face_count,
    file_hash,
    open_face,
    unpacked,
)
from rasm.fonts.instances import Location, chosen_locations, instantiate
from rasm.fonts.inventory import Item
from rasm.fonts.reading import MISSING, Glyph, read_glyphs
from rasm.fonts.sfnt import FontError, check_file
from rasm.fonts.sources import Source
from rasm.fonts.weights import Weights


class ImportedGlyph(NamedTuple):
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
    glyphs: list[ImportedGlyph]
    skipped: list[tuple[str, str]]
    """(label, reason) of the items that the font has but does not show."""
    missing: int
    """How many items the font has no code points for."""


class RefusedFont(NamedTuple):
    """A font that cannot be used, and why."""

    source: str
    reason: str


def _record(glyph: Glyph) -> ImportedGlyph:
    item = glyph.item
    return ImportedGlyph(
        label=item.label,
        contours=encode_contours(glyph.contours),
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
    glyphs: list[ImportedGlyph] = []
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


def import_file(
    source: Source, items: Sequence[Item], weights: Weights
) -> Iterator[ImportedFont | RefusedFont]:
    """Read every font of a file: each face, and of a variable face the locations of `weights`.

    A broken file, face or location becomes a RefusedFont; nothing is raised for it.
    """
    # What fontTools warns about is either harmless or ends in the audit with a name.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        check_file(source.path)
        packed = source.path.read_bytes()
        data = unpacked(packed)
        count = face_count(data)
    except OSError as error:
        yield RefusedFont(source.name, f"cannot be read: {error.strerror}")
        return
    except FontError as error:
        yield RefusedFont(source.name, str(error))
        return
    for index in range(count):
        name = f"{source.name}:{index}" if index else source.name
        yield from _import_index(
            name, file_hash(packed, index), source.names, data, index, items, weights
        )


def accounted(outcome: Outcome[ImportedFont | RefusedFont]) -> list[ImportedFont | RefusedFont]:
    """The fonts of a file that a worker read; if it was given up, that is one more refusal."""
    error = outcome.error
    return [*outcome.results, *([RefusedFont(error.file, error.reason)] if error else [])]


def _import_index(
    name: str,
    hash_: str,
    given: Names | None,
    data: bytes,
    index: int,
    items: Sequence[Item],
    weights: Weights,
) -> Iterator[ImportedFont | RefusedFont]:
    """Read one face of a file, or the instances of it that are wanted."""
    try:
        face = open_face(data, index)
        locations = chosen_locations(data, index, weights)
    except FontError as error:
        yield RefusedFont(name, str(error))
        return
    names = given or face.names
    names = replace(names, licence=names.licence or face.names.licence)
    if not locations:
        yield import_face(face, items, name, hash_, names)
    for at in locations:
        try:
            face = open_face(instantiate(data, index, at))
        except FontError as error:
            yield RefusedFont(f"{name}@{at}", str(error))
            continue
        yield import_face(face, items, f"{name}@{at}", f"{hash_}@{at}", _names_at(at, names))


def _names_at(location: Location, names: Names) -> Names:
    weight = names.weight if location.weight is None else location.weight
    style = location.name or f"{names.style} {location}".strip()
    return replace(names, weight=weight, style=style)
