"""Find glyphs that cannot be drawn: cyclic composites, missing components, broken outlines.

A composite glyph is made of other glyphs.  A broken font may let one contain itself, multiply
itself by components of components, refer to a glyph that does not exist, or end in the middle of an
outline.  Renderers cut such outlines off
silently, which would put a wrong picture into the database; so each glyph that is used is first
parsed by fontTools, and what it stumbles over is the reason to skip it.
"""

from typing import Any

from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont

_MAX_DEPTH = 64
"""As deep as HarfBuzz follows components."""
_MAX_PARTS = 1000
"""Outlines that one glyph may be made of; 60 in Handjet, a font drawn of dots."""


class Soundness:
    """Answers, for one font, what is wrong with a glyph; answers are remembered."""

    def __init__(self, tables: TTFont) -> None:
        """Take the tables of a font that has the ones that it needs."""
        self._tables = tables
        self._glyf: Any = tables.get("glyf")
        self._glyph_set: Any = None if self._glyf else tables.getGlyphSet()
        self._faults: dict[int, str | None] = {}
        self._parts: dict[str, int] = {}
        """Of the glyphs found sound: how many outlines each draws."""

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
        if name in self._parts:
            return None
        try:
            components = self._glyf[name].getComponentNames(self._glyf)
        except Exception as error:  # fontTools raises whatever the broken bytes lead to
            return f"broken glyph {name}: {type(error).__name__}: {error}"
        for component in dict.fromkeys(components):
            if fault := self._truetype(component, (*above, name)):
                return fault
        parts = sum(self._parts[component] for component in components) or 1
        if parts > _MAX_PARTS:
            return f"composite glyph {name} is made of more than {_MAX_PARTS} outlines"
        self._parts[name] = parts
        return None

    def _cff(self, name: str) -> str | None:
        try:
            self._glyph_set[name].draw(NullPen())
        except Exception as error:  # as above; subroutines that call themselves end here too
            return f"broken glyph {name}: {type(error).__name__}: {error}"
        return None
