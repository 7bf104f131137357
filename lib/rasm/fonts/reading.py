"""Read a font: for each item of the inventory, its outline, or the reason why there is none.

    face = open_face(path.read_bytes())
    for outcome in read_glyphs(face, arabic_inventory()):
        match outcome:
            case Glyph(item, contours, width): ...
            case Skipped(item, reason): ...

The outline is that of the whole shaped run, skeleton and dots together, so fonts that compose
letters of parts are read like those that draw each letter as one glyph.

Whatever can vary in shaping is fixed: script Arabic, direction right to left, no language (so no
locl substitutions), joiners removed after they did their work, no dotted circle under lone marks.
Clusters stay as fine as characters, so several letters in one cluster mean that the font really
made one ligature of them.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import uharfbuzz as hb

from rasm.fonts.contours import Contours
from rasm.fonts.files import Face
from rasm.fonts.inventory import Item
from rasm.fonts.outlines import bounds, glyph_contours, moved, without_flat

_FLAGS = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES | hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE
_DOTTED_CIRCLE = 0x25CC
MISSING = "code point not in the font"
NOTDEF = "shapes to .notdef"
DOTTED_CIRCLE = "shapes to a dotted circle"
NOT_SHAPED = "same glyphs as the isolated form"
NOT_ONE_CLUSTER = "not a ligature in this font"
EMPTY = "empty outline"
ZERO_AREA = "outline without area"
NOT_FINITE = "outline with coordinates that are no numbers"
TOO_MANY = "shapes to too many glyphs"

_MAX_GLYPHS = 100
"""Of one item; a letter made of parts has ten."""


class Placed(NamedTuple):
    """A glyph of a run, its origin in font units from the start of the run."""

    glyph: int
    x: int
    y: int


class GlyphRun(NamedTuple):
    """A shaped text: glyphs from left to right."""

    placed: tuple[Placed, ...]
    advance: int
    """Width of the run in font units."""


class Shaped(NamedTuple):
    """A run, and into how many clusters the characters were grouped."""

    run: GlyphRun
    clusters: int


def shape(font: hb.Font, text: str) -> Shaped:
    """Shape a text of Arabic script with a font at its default instance, in font units."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script = "Arab"
    buffer.direction = "rtl"
    buffer.flags = _FLAGS
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    hb.shape(font, buffer)
    placed = []
    pen_x = pen_y = 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        placed.append(Placed(info.codepoint, pen_x + position.x_offset, pen_y + position.y_offset))
        pen_x += position.x_advance
        pen_y += position.y_advance
    clusters = len({info.cluster for info in buffer.glyph_infos})
    return Shaped(GlyphRun(tuple(placed), pen_x), clusters)


@dataclass(frozen=True, slots=True)
class Glyph:
    """An item as the font draws it; all numbers in font units."""

    item: Item
    contours: Contours
    width: int
    """Advance of the run."""
    lsb: int
    """From the origin to the outline's left edge."""
    rsb: int
    """From the outline's right edge to the advance."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that the font does not show, and why."""

    item: Item
    reason: str


class _Reader:
    """Reads one face; outlines of single glyphs are drawn once."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._dotted_circle = face.font.get_nominal_glyph(_DOTTED_CIRCLE)
        self._drawn: dict[int, Contours] = {}

    def _glyph(self, glyph: int) -> Contours:
        if glyph not in self._drawn:
            self._drawn[glyph] = glyph_contours(self._face.font, glyph)
        return self._drawn[glyph]

    def _objection(self, item: Item) -> str | GlyphRun:
        """Return the run of an item, or why it does not show the item."""
        font = self._face.font
        if any(font.get_nominal_glyph(code_point) is None for code_point in item.code_points):
            return MISSING
        try:
            run, clusters = shape(font, item.text)
        except MemoryError:  # so HarfBuzz says that it gave up
            return TOO_MANY
        if len(run.placed) > _MAX_GLYPHS:
            return TOO_MANY
        glyphs = {placed.glyph for placed in run.placed}
        if 0 in glyphs:
            return NOTDEF
        if self._dotted_circle in glyphs:
            return DOTTED_CIRCLE
        if len(item.code_points) > 1 and clusters != 1:
            return NOT_ONE_CLUSTER
        if item.form != "isol" and run == shape(font, item.isolated_text).run:
            return NOT_SHAPED
        faults = (self._face.soundness.fault(placed.glyph) for placed in run.placed)
        return next((fault for fault in faults if fault), run)

    def read(self, item: Item) -> Glyph | Skipped:
        run = self._objection(item)
        if isinstance(run, str):
            return Skipped(item, run)
        drawn = tuple(
            subpath
            for placed in run.placed
            for subpath in moved(self._glyph(placed.glyph), placed.x, placed.y)
        )
        contours = without_flat(drawn)
        if not contours:
            return Skipped(item, ZERO_AREA if drawn else EMPTY)
        left, _, right, _ = box = bounds(contours)
        if not all(map(math.isfinite, box)):
            return Skipped(item, NOT_FINITE)
        return Glyph(item, contours, run.advance, round(left), round(run.advance - right))


def read_glyphs(face: Face, items: Iterable[Item]) -> Iterator[Glyph | Skipped]:
    """Yield one outcome an item, in the order of the items."""
    reader = _Reader(face)
    for item in items:
        yield reader.read(item)
