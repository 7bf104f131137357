"""Printed signs beyond Arabic: Latin, Greek, Cyrillic and Hebrew letters, digits, punctuation.

They are drawn as the glyphs of Arabic fonts are, from the font packages' own subsets, so that the
networks that read those see these too. A sign is what it says: a character, or the letters of a
ligature that a font makes of them. Arabic packages lend their Latin and their Arabic glyphs; the
latter all say `NO_SIGN`, for they show what is none of the signs.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import uharfbuzz as hb
from fontTools.unicodedata import script
from numpy.typing import NDArray

from rasm.fonts.files import open_face
from rasm.fonts.outlines import glyph_contours, without_flat
from rasm.fonts.sfnt import FontError, check_file
from rasm.labels.signs import LIGATURES, NO_SIGN, is_sign
from rasm.raster.glyph import RasterPolicy
from rasm.raster.outline import Outline, outline_of
from rasm.raster.program import DrawnSign, draw_sign

_SUBSETS = ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "hebrew")
_ARABIC = "arabic"
_WEIGHTS = (400, 700)


@dataclass(frozen=True, slots=True)
class PrintedGlyph:
    """One sign as one font draws it."""

    text: str
    package: str
    raster: NDArray[np.uint8]
    """(bytes,), packed."""
    cues: tuple[float, float, float, float]


@dataclass(frozen=True)
class PrintedGlyphs:
    """N glyphs."""

    texts: NDArray[np.str_]
    """What each says (N,)."""
    packages: NDArray[np.str_]
    splits: NDArray[np.str_]
    rasters: NDArray[np.uint8]
    """(N, bytes), packed."""
    cues: NDArray[np.float32]
    """(N, 4), as `rasm.raster.size_cues` has them."""

    def rows(self, chosen: NDArray[np.generic]) -> "PrintedGlyphs":
        """Some of them, by number or by mask."""
        return PrintedGlyphs(**{name: array[chosen] for name, array in vars(self).items()})


def draw_signs(package: Path, policy: RasterPolicy) -> Iterator[list[PrintedGlyph]]:
    """The signs of each file of a font package, upright, regular and bold; for workers.

    Arabic glyphs, of which there are many more, are drawn of the regular weight alone.

    Raises FontError that names the file for one that is no sound font.
    """
    # What fontTools warns about is either harmless or ends in the error.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    for weight in _WEIGHTS:
        seen: set[str] = set()
        for subset in (*_SUBSETS, _ARABIC):
            file = package / "files" / f"{package.name}-{subset}-{weight}-normal.woff2"
            if not file.is_file() or (subset == _ARABIC and weight != _WEIGHTS[0]):
                continue
            try:
                check_file(file)
                font = open_face(file.read_bytes()).font
            except FontError as error:
                raise FontError(f"{file}: {error}; run 'make fonts'") from None
            found = _arabic(font) if subset == _ARABIC else _signs(font, seen)
            drawn = ((text, _draw(font, glyph, policy)) for text, glyph in found)
            yield [
                PrintedGlyph(text, package.name, sign.raster, sign.cues)
                for text, sign in drawn
                if sign is not None
            ]


def _signs(font: hb.Font, seen: set[str]) -> Iterator[tuple[str, int]]:
    """What a font's signs say, but for those `seen`, and the glyphs that show them."""
    for code in sorted(font.face.unicodes):
        text = chr(code)
        glyph = font.get_nominal_glyph(code) if text not in seen and is_sign(text) else None
        if glyph:
            seen.add(text)
            yield text, glyph
    for text in LIGATURES:
        if text not in seen and len(glyphs := _shaped(font, text)) == 1 and glyphs[0]:
            seen.add(text)
            yield text, glyphs[0]


def _arabic(font: hb.Font) -> Iterator[tuple[str, int]]:
    """The glyphs of a font that no character but an Arabic one maps to."""
    codes = font.face.unicodes
    others = {font.get_nominal_glyph(code) for code in codes if script(chr(code)) != "Arab"}
    yield from (
        (NO_SIGN, glyph) for glyph in range(1, font.face.glyph_count) if glyph not in others
    )


def _shaped(font: hb.Font, text: str) -> list[int]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return [info.codepoint for info in buffer.glyph_infos]


def _draw(font: hb.Font, glyph: int, policy: RasterPolicy) -> DrawnSign | None:
    contours = without_flat(glyph_contours(font, glyph))
    if not contours:
        return None
    outline = outline_of(contours)
    scaled = Outline(outline.points * (1000 / font.face.upem), outline.kinds, outline.ends)
    try:
        return draw_sign(scaled, policy)
    except ValueError:  # no ink
        return None
