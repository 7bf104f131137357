"""The glyphs of a font program by number, as FreeType reads them.

FreeType takes TrueType, CFF, Type 1 and OpenType alike, subsets without a character map or names
too, which is what PDF files embed.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import freetype
import numpy as np
from numpy.typing import NDArray

from rasm.raster.glyph import RasterPolicy, draw
from rasm.raster.outline import Outline
from rasm.raster.size_cues import size_cues

_MAX_BYTES = 128 * 2**20
_MAX_POINTS = 2**15
"""Of one glyph."""
_EM_SPAN = 1500.0
"""Ascent less descent in thousandths of an em, as Arabic fonts have it: embedded ones lost it."""
_FLAGS = freetype.FT_LOAD_NO_SCALE | freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP


def open_program(data: bytes, index: int = 0) -> freetype.Face:
    """Open a font program, unhinted. Raises ValueError with the reason where it cannot be read."""
    if len(data) > _MAX_BYTES:
        raise ValueError(f"{len(data):,} bytes are too many: a font has {_MAX_BYTES:,} at most")
    try:
        return freetype.Face(io.BytesIO(data), index)
    except freetype.FT_Exception as error:
        raise ValueError(f"its font program cannot be read: {error}") from error


def glyph_outline(face: freetype.Face, glyph: int) -> Outline | None:
    """The outline of a glyph in thousandths of an em, y up; None where it draws nothing.

    None too where it cannot be read. Not in ems: FreeType's bounds are in 64ths of a unit.
    """
    try:
        face.load_glyph(glyph, _FLAGS)
    except freetype.FT_Exception:
        return None
    drawn = face.glyph.outline
    if not drawn.n_contours or len(drawn.points) > _MAX_POINTS:
        return None
    points = np.array(drawn.points, dtype=np.float64) * (1000 / (face.units_per_EM or 1000))
    kinds = np.array(drawn.tags, dtype=np.uint8) & np.uint8(3)
    return Outline(points, kinds, np.array(drawn.contours, dtype=np.int64))


def glyph_advance(face: freetype.Face, glyph: int) -> float:
    """The advance of a glyph in ems; 0 where it cannot be read."""
    try:
        face.load_glyph(glyph, _FLAGS)
    except freetype.FT_Exception:
        return 0.0
    return float(face.glyph.metrics.horiAdvance) / (face.units_per_EM or 1000)


@dataclass(frozen=True, slots=True)
class DrawnSign:
    """A picture of an outline, and how large it is and where it stands."""

    raster: NDArray[np.uint8]
    """(bytes,), packed."""
    cues: tuple[float, float, float, float]
    """As `rasm.raster.size_cues` has them."""


def draw_sign(outline: Outline, policy: RasterPolicy) -> DrawnSign:
    """Draw an outline in thousandths of an em. Raises ValueError as `draw` does."""
    drawn = draw(outline, _EM_SPAN, policy)
    return DrawnSign(drawn.packed, size_cues(drawn.bbox, drawn.ratio))


def stacked(
    drawn: Sequence[DrawnSign], policy: RasterPolicy
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The rasters (N, bytes) and cues (N, 4) of N signs."""
    rasters = np.array([one.raster for one in drawn], dtype=np.uint8)
    cues = np.array([one.cues for one in drawn], dtype=np.float32)
    return rasters.reshape(-1, policy.size**2 // 8), cues.reshape(-1, 4)
