"""Find glyphs that cannot be drawn: cyclic composites, missing components, broken outlines.

A composite glyph is made of other glyphs.  A broken font may let one contain itself, multiply
itself by components of components, refer to a glyph that does not exist, or end in the middle of an
outline.  It may hold more points than any letter has, or subroutines that
call each other without end.  Renderers cut such outlines off silently, which would put a wrong
picture into the database; so each glyph that is used is first parsed by fontTools, and what it
stumbles over is the reason to skip it.
"""

from typing import Any

from fontTools.misc.psCharStrings import T2CharString, T2OutlineExtractor
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont

_MAX_DEPTH = 64
"""As deep as HarfBuzz follows components."""
_MAX_PARTS = 1000
"""Outlines that one glyph may be made of; 60 in Handjet, a font drawn of dots."""
_MAX_POINTS = 2**15
"""Of one glyph, its components' included."""
_MAX_CALLS = 10_000
"""Of subroutines, for one glyph."""


class _CallCounter(T2OutlineExtractor):  # type: ignore[misc]
    """Runs a charstring, and stops where subroutines are called too often."""

    calls = 0

    def execute(self, charstring: T2CharString) -> None:
        self.calls += 1
        if self.calls > _MAX_CALLS:
            raise ValueError(f"more than {_MAX_CALLS} calls of subroutines")
        super().execute(charstring)


_WIDTHS = [
    (1 if flag & 2 else 0 if flag & 16 else 2) + (1 if flag & 4 else 0 if flag & 32 else 2)
    for flag in range(256)
]
"""Bytes of a point's coordinates by its flag in `glyf`."""


def _point_count(data: bytes) -> int:
    """Points of a simple glyph of `glyf`. Raises IndexError or ValueError when they do not fit."""
    at = 10 + 2 * int.from_bytes(data[:2], "big")
    left = points = int.from_bytes(data[at - 2 : at], "big") + 1
    at += 2 + int.from_bytes(data[at : at + 2], "big")  # instructions
    width = 0
    while left > 0:
        flag = data[at]
        at += 1
        repeat = 1
        if flag & 8:
            repeat += data[at]
            at += 1
        width += repeat * _WIDTHS[flag]
        left -= repeat
    if left < 0:
        raise ValueError("more flags than points")
    if at + width > len(data):
        raise ValueError("coordinates end beyond the glyph")
    return points


class Soundness:
    """Answers, for one font, what is wrong with a glyph; answers are remembered."""

    def __init__(self, tables: TTFont) -> None:
        """Take the tables of a font that has the ones that it needs."""
        self._tables = tables
        self._glyf: Any = tables.get("glyf")
        self._glyph_set: Any = None if self._glyf else tables.getGlyphSet()
        self._faults: dict[int, str | None] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        """Of the glyphs found sound: how many outlines each draws, and their points."""

    def fault(self, glyph: int) -> str | None:
        """Return why the glyph with this number cannot be drawn, or None."""
        if glyph not in self._faults:
            name = self._tables.getGlyphName(glyph)
            self._faults[glyph] = self._truetype(name, ()) if self._glyf else self._cff(name)
        return self._faults[glyph]

    def _truetype(self, name: str, above: tuple[str, ...]) -> str | None:
        if name in above:
            return "cyclic composite glyph: " + " > ".join([*above, name])
        if len(above) > _MAX_DEPTH:
            return f"composite glyph {above[0]} is nested deeper than {_MAX_DEPTH}"
        if name in self._sizes:
            return None
        try:
            points, components = self._own_points(name)
        except Exception as error:  # fontTools raises whatever the broken bytes lead to
            return f"broken glyph {name}: {type(error).__name__}: {error}"
        for component in dict.fromkeys(components):
            if fault := self._truetype(component, (*above, name)):
                return fault
        parts = sum(self._sizes[component][0] for component in components) or 1
        if parts > _MAX_PARTS:
            return f"composite glyph {name} is made of more than {_MAX_PARTS} outlines"
        points += sum(self._sizes[component][1] for component in components)
        if points > _MAX_POINTS:
            return f"glyph {name} has more than {_MAX_POINTS} points"
        self._sizes[name] = parts, points
        return None

    def _own_points(self, name: str) -> tuple[int, list[str]]:
        """How many points a glyph has itself, and of which glyphs it is made."""
        glyph = self._glyf.glyphs[name]
        data = getattr(glyph, "data", b"")  # gone once fontTools has parsed the glyph
        if data and not data[0] & 128 and data[:2] != bytes(2):
            # fontTools would parse it too, in ten times as long.
            return _point_count(data), []
        glyph.expand(self._glyf)
        return 0, glyph.getComponentNames(self._glyf)

    def _cff(self, name: str) -> str | None:
        try:
            charstring = self._glyph_set.charStrings[name]
            charstring.outlineExtractor = _CallCounter
            charstring.draw(NullPen(), self._glyph_set.blender)
        except Exception as error:  # as above; subroutines that call themselves end here too
            return f"broken glyph {name}: {type(error).__name__}: {error}"
        return None
