"""Safaitic letters from a font, for those who have no tracings of their own yet.

Safaitic is one of the scripts that Unicode encodes as Old North Arabian. The font draws each letter
once; `squared` makes the second drawing. These are stand-ins: a font shows how a letter should
look, tracings show how it was carved.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.squared import squared
from rasm.fonts.files import open_face
from rasm.fonts.outlines import glyph_contours, without_flat
from rasm.fonts.sfnt import FontError, check_file
from rasm.raster.fill import curve_bounds, fill
from rasm.raster.outline import Outline, outline_of, outline_of_polygons


def draw_grey(outline: Outline, size: int, margin: float) -> NDArray[np.uint8]:
    """Picture (size, size) of an outline with y up, ink 0 on paper 255.

    The larger side of the outline fills the picture but for `margin`, a share of `size`, on either
    side. Raises ValueError when the outline has no extent.
    """
    left, low, right, high = curve_bounds(outline)
    extent = max(right - left, high - low)
    if extent <= 0:
        raise ValueError("the outline has no extent")
    scale = size * (1 - 2 * margin) / extent
    middle = np.array([left + right, low + high]) / 2
    placed = (outline.points - middle) * (scale, -scale) + size / 2
    return 255 - fill(Outline(placed, outline.kinds, outline.ends), size)


_LETTERS = range(0x10A80, 0x10A9D)  # the three numbers that follow are left out


_PREFIX = "OLD NORTH ARABIAN LETTER "


class DrawnLetter(NamedTuple):
    """A letter's two pictures, (size, size) uint8, ink 0 on paper 255."""

    ideal: NDArray[np.uint8]
    square: NDArray[np.uint8]


def code_points() -> dict[str, int]:
    """Label -> code point of the 29 letters: `OLD NORTH ARABIAN LETTER ES-2` is `es_2`."""
    return {
        unicodedata.name(chr(code)).removeprefix(_PREFIX).lower().replace("-", "_"): code
        for code in _LETTERS
    }


def draw_letters(font: Path, size: int, margin: float) -> Iterator[tuple[str, DrawnLetter]]:
    """Both pictures of every letter, and its label.

    Raises FontError naming the file when it is broken or lacks a letter.
    """
    try:
        check_file(font)
        face = open_face(font.read_bytes())
        for label, code in code_points().items():
            glyph = face.font.get_nominal_glyph(code)
            fault = "it is not in the font" if glyph is None else face.soundness.fault(glyph)
            contours = () if fault else without_flat(glyph_contours(face.font, glyph))
            if not contours:
                raise FontError(f"letter {label}, U+{code:04X}: {fault or 'empty outline'}")
            square = outline_of_polygons(squared(contours, face.metrics.upem))
            yield (
                label,
                DrawnLetter(
                    draw_grey(outline_of(contours), size, margin), draw_grey(square, size, margin)
                ),
            )
    except FontError as error:
        raise FontError(f"{font}: {error}") from error
