"""Printed signs beyond Arabic: Latin, Greek, Cyrillic and Hebrew letters, digits, punctuation.

They are drawn as the glyphs of Arabic fonts are, from the font packages' own subsets, so that the
networks that read those see these too. A sign is what it says: a character, or the letters of a
ligature that a font makes of them. Arabic packages lend their Latin and their Arabic glyphs; the
latter all say `NO_SIGN`, for they show what is none of the signs.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import uharfbuzz as hb
from fontTools.unicodedata import script
from numpy.typing import NDArray
from pydantic import BaseModel

from rasm.bounded.workers import Workers
from rasm.fonts.files import open_face
from rasm.fonts.outlines import glyph_contours, without_flat
from rasm.fonts.sfnt import LOCKED_LIMITS, FontError, check_file
from rasm.labels.signs import LIGATURES, NO_SIGN, is_sign
from rasm.raster.glyph import RasterPolicy
from rasm.raster.outline import Outline, outline_of
from rasm.raster.program import DrawnSign, draw_sign
from rasm.store.atomic import replacing
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed

_SUBSETS = ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "hebrew")
_ARABIC = "arabic"
_WEIGHTS = (400, 700)
_CARD, _ARRAYS = "signs.json", "signs.npz"


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


class _Card(BaseModel, frozen=True, extra="forbid"):
    files: dict[str, Mark]


def write_printed(folder: Path, glyphs: PrintedGlyphs) -> None:
    """Write glyphs to a folder: arrays, and a card that vouches for them."""
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / _ARRAYS) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **vars(glyphs))
    write_sealed(folder / _CARD, {"files": marks_of(folder / _ARRAYS)})


def read_printed(folder: Path) -> PrintedGlyphs:
    """The glyphs again; FileNotFoundError or ValueError names a file that is not as it was."""
    content = vouched(folder / _ARRAYS, read_sealed(folder / _CARD, _Card).files)
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return PrintedGlyphs(**arrays)


def draw_printed(
    packages: Iterable[Path], splits: Mapping[str, str], policy: RasterPolicy
) -> PrintedGlyphs:
    """The signs of font packages, in their order, by workers; `splits` are by a package's name.

    Raises FontError that names a file which is no sound font, or a package over its limits.
    """
    calls = ((str(package), (package, policy)) for package in packages)
    drawn: list[PrintedGlyph] = []
    with Workers(LOCKED_LIMITS) as workers:
        for outcome in workers.in_order(draw_signs, calls):
            if outcome.error:
                raise FontError(f"{outcome.error}; run 'make fonts'")
            drawn += (glyph for file in outcome.results for glyph in file)
    return PrintedGlyphs(
        texts=np.array([glyph.text for glyph in drawn]),
        packages=np.array([glyph.package for glyph in drawn]),
        splits=np.array([splits[glyph.package] for glyph in drawn]),
        rasters=np.stack([glyph.raster for glyph in drawn]),
        cues=np.array([glyph.cues for glyph in drawn], dtype=np.float32),
    )


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
