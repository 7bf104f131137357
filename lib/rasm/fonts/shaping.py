"""Shape a text in a font: characters to glyphs at their places, as a reader would see them.

Everything that can vary is fixed: script Arabic, direction right to left, no language (so no
locl substitutions), joiners removed after they did their work, no dotted circle under lone marks.
Clusters stay as fine as characters, so several letters in one cluster mean that the font really
made one ligature of them.
"""

from typing import NamedTuple

import uharfbuzz as hb

_FLAGS = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES | hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE


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
