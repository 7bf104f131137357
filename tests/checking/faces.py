"""Faces of a few glyphs whose pictures are patterns of bits, and checks of them, by hand."""

from collections.abc import Mapping

import numpy as np

from rasm.checking.kinds import Fault
from rasm.checking.levels import Level
from rasm.query.answer import inventory_items
from rasm.query.check import FontCheck, GlyphVerdict, Suspect
from rasm.raster.face import DrawnFace, FontGlyph, Undrawn

Drawn = tuple[int, float, float]
"""A pattern of eight bits, the size in em spans, and the height of the lower edge."""


def face(drawn: Mapping[str, Drawn], undrawn: tuple[Undrawn, ...] = ()) -> DrawnFace:
    """Items by label, each a picture of 8 by 8 pixels that repeats its pattern."""
    sizes = [(np.log2(size), np.log2(size), low, low + size) for _, size, low in drawn.values()]
    return DrawnFace(
        name="a.ttf",
        items=tuple(inventory_items()[label] for label in drawn),
        rasters=np.array([[bits] * 8 for bits, _, _ in drawn.values()], dtype=np.uint8),
        cues=np.array(sizes, dtype=np.float32),
        glyphs=tuple((FontGlyph(n, f"g{n}"),) for n in range(1, len(drawn) + 1)),
        undrawn=undrawn,
    )


def verdict(label: str, looks_like: str, p: float = 0.01) -> GlyphVerdict:
    picture = np.eye(8, dtype=np.bool_)
    return GlyphVerdict(label, "", (looks_like,), 0.9, 2, p, (looks_like,), None, picture)


def suspect(
    label: str,
    kind: Fault = "misencoded",
    level: Level = "fail",
    looks_like: str = "teh",
    glyph: str = "g1",
) -> Suspect:
    read = None if kind == "empty" else verdict(label, looks_like)
    item, glyphs = inventory_items()[label], (FontGlyph(1, glyph),)
    return Suspect(item, glyphs, kind, level, "", f"looks like {looks_like}", read, None)


def check(*suspects: Suspect, font: str = "a.ttf", sound: int = 3) -> FontCheck:
    """A check with as many sound glyphs beside the suspects."""
    read = [one.verdict for one in suspects if one.verdict is not None]
    verdicts = (*read, *(verdict(f"sound_{n}", f"sound_{n}") for n in range(sound)))
    return FontCheck(font, verdicts, suspects, (), 1.0, 1.0, 1.0, 1.0)
