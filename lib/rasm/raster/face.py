"""All glyphs that font files show, as pictures, straight from the files.

Drawn by workers, one file a task, ahead of who asks for them: the first fonts are drawn while the
asker still loads its networks. That is why this stands apart: a worker imports this module and
nothing heavier.
"""

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.files import Face, face_count, open_face
from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.reading import (
    DOTTED_CIRCLE,
    MISSING,
    NOT_ONE_CLUSTER,
    TOO_MANY,
    Glyph,
    read_glyphs,
    shape,
)
from rasm.raster.glyph import RasterPolicy, draw, em_span
from rasm.raster.outline import outline_of
from rasm.raster.size_cues import size_cues
from rasm.store.regular_file import require_regular

_ABSENT = {MISSING, DOTTED_CIRCLE, NOT_ONE_CLUSTER, TOO_MANY}


class FontGlyph(NamedTuple):
    """A glyph of a font: its number and its name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Undrawn:
    """An item that a face maps and does not draw, and why not."""

    item: Item
    glyphs: tuple[FontGlyph, ...]
    reason: str
    """One of `rasm.fonts.reading`, or what is wrong with the outline."""


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """The items that a face shows and that leave ink, their pictures, and their size cues."""

    name: str
    items: tuple[Item, ...]
    rasters: NDArray[np.uint8]  # (N, bytes), packed
    cues: NDArray[np.float32]  # (N, 4)
    glyphs: tuple[tuple[FontGlyph, ...], ...]
    """Of each item, from left to right."""
    undrawn: tuple[Undrawn, ...]


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """The faces of a file up to the one that is broken, if any, and then what is wrong with it."""

    path: Path
    faces: tuple[DrawnFace, ...]
    error: str = ""


def draw_file(path: Path, policy: RasterPolicy) -> DrawnFile:
    """Draw every face of a file; nothing is raised for what is wrong with the file."""
    # What fontTools warns about is either harmless or ends in the error.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    faces: list[DrawnFace] = []
    try:
        require_regular(path)
        data = path.read_bytes()
        count = face_count(data)
        for index in range(count):
            name = f"{path.name}:{index}" if count > 1 else path.name
            faces.append(draw_face(name, open_face(data, index), policy))
    except (ValueError, OSError) as error:
        return DrawnFile(path, tuple(faces), str(error))
    return DrawnFile(path, tuple(faces))


def draw_face(name: str, face: Face, policy: RasterPolicy) -> DrawnFace:
    """Draw each item of the inventory."""
    m = face.metrics
    span = em_span(m.ascent, m.descent, m.typo_ascent, m.typo_descent)
    items: list[Item] = []
    rasters: list[NDArray[np.uint8]] = []
    cues: list[tuple[float, ...]] = []
    glyphs: list[tuple[FontGlyph, ...]] = []
    undrawn: list[Undrawn] = []
    for outcome in read_glyphs(face, _inventory()):
        if not isinstance(outcome, Glyph):
            if outcome.reason not in _ABSENT:
                shown = _glyphs_of(face, outcome.item)
                undrawn.append(Undrawn(outcome.item, shown, outcome.reason))
            continue
        try:
            raster = draw(outline_of(outcome.contours), span, policy)
        except ValueError as error:
            shown = _glyphs_of(face, outcome.item)
            undrawn.append(Undrawn(outcome.item, shown, str(error)))
            continue
        items.append(outcome.item)
        rasters.append(raster.packed)
        cues.append(size_cues(raster.bbox, raster.ratio))
        glyphs.append(_glyphs_of(face, outcome.item))
    width = policy.size**2 // 8
    return DrawnFace(
        name,
        tuple(items),
        np.array(rasters, dtype=np.uint8).reshape(-1, width),
        np.array(cues, dtype=np.float32).reshape(-1, 4),
        tuple(glyphs),
        tuple(undrawn),
    )


def _glyphs_of(face: Face, item: Item) -> tuple[FontGlyph, ...]:
    numbers = [placed.glyph for placed in shape(face.font, item.text).run.placed]
    return tuple(FontGlyph(number, face.font.glyph_to_string(number)) for number in numbers)


@cache
def _inventory() -> tuple[Item, ...]:
    """The items, read once a worker."""
    return tuple(arabic_inventory())
