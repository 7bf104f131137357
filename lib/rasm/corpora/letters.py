"""Safaitic letters as a corpus: two drawings of each, from the user's folder or from a font.

    FOLDER/LETTER/ideal.png     clean drawing, the reference that carvings are compared with
    FOLDER/LETTER/square.png    the same letter in the square variant; may be missing

The font is for those who have no tracings of their own yet: as soon as the folder holds a letter,
it is not asked any more. Safaitic is one of the scripts that Unicode encodes as Old North Arabian.
The font draws each letter once; `squared` makes the second drawing. These are stand-ins: a font
shows how a letter should look, tracings show how it was carved.

Pictures are dark on white and
`size` pixels square; others are padded with white to a square and resized, which is remarked.

There is no second carver to test on: all drawings train, and validation and test are the same
drawings worn in ways that training has not seen.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, Field

from rasm.bounded.workers import Workers
from rasm.corpora.corpus import CorpusItem, Note, encode_png, write_items, write_pictures
from rasm.corpora.pictures import PictureError, open_picture
from rasm.corpora.squared import squared
from rasm.fonts.files import open_face
from rasm.fonts.outlines import glyph_contours, without_flat
from rasm.fonts.sfnt import LOCKED_LIMITS, FontError, check_file
from rasm.raster.fill import curve_bounds, fill
from rasm.raster.outline import Outline, outline_of, outline_of_polygons

IDEAL, SQUARE = "ideal.png", "square.png"

_LETTERS = range(0x10A80, 0x10A9D)  # the three numbers that follow are left out
_PREFIX = "OLD NORTH ARABIAN LETTER "


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


class LetterParams(BaseModel, frozen=True, extra="forbid"):
    """How letters become pictures."""

    size: int = Field(ge=8)
    """Pixels a side."""
    margin: float = Field(ge=0, lt=0.5)
    """White on either side of a letter drawn from the font, as a share of `size`."""
    max_pixels: int = Field(ge=1)
    """Larger files of the user's are left out unread."""


def is_ideal(item: CorpusItem) -> bool:
    """Whether an item of this corpus is the clean drawing of its letter."""
    return item.source.endswith(f"/{IDEAL}")


def import_letters(folder: Path, font: Path, target: Path, params: LetterParams) -> None:
    """Write the corpus of the letters in `folder`, or of `font` where the folder holds none.

    Raises ValueError when no letter can be used, or the font is broken or lacks a letter.
    """
    left_out: list[Note] = []
    remarks: list[Note] = []
    if places := _places(folder):
        drawings = dict(_read(places, params, left_out, remarks))
    else:
        with Workers(LOCKED_LIMITS, jobs=1) as workers:
            drawn = workers.do(str(font), draw_letters, font, params.size, params.margin)
        if drawn.error:
            raise drawn.error
        drawings = {
            f"{font.name}/{label}/{name}": picture
            for label, pictures in drawn.results
            for name, picture in zip((IDEAL, SQUARE), pictures, strict=True)
        }
    if not drawings:
        first = f", for example {left_out[0].file}: {left_out[0].reason}"
        raise ValueError(f"{folder}: no letter can be used: put <letter>/{IDEAL} there{first}")
    _write(target, drawings, left_out, remarks)


def padded(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The picture (H, W) in the middle of a white square, resized to (size, size)."""
    height, width = picture.shape
    side = max(height, width)
    square = np.full((side, side), 255, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return np.array(Image.fromarray(square).resize((size, size), Image.Resampling.BICUBIC))


def _places(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    places = (path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    return sorted(places, key=lambda path: path.name)


def _read(
    places: list[Path], params: LetterParams, left_out: list[Note], remarks: list[Note]
) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Pictures of the user's letters by file; a letter without its ideal is left out whole."""
    for place in places:
        for name in (IDEAL, SQUARE):
            file = f"{place.name}/{name}"
            if name == SQUARE and not (place / name).exists():
                continue
            try:
                picture = open_picture(place / name, "grey", params.max_pixels)
            except PictureError as error:
                reason = str(error) if (place / name).exists() else f"no {name}"
                if name == IDEAL:
                    left_out.append(Note(file, f"{reason}: a letter without it is not used"))
                    break
                left_out.append(Note(file, reason))
                continue
            if picture.shape != (params.size, params.size):
                height, width = picture.shape
                remarks.append(Note(file, f"resized from {width}x{height}"))
                picture = padded(picture, params.size)
            yield file, picture


def _write(
    target: Path,
    drawings: Mapping[str, NDArray[np.uint8]],
    left_out: list[Note],
    remarks: list[Note],
) -> None:
    known = code_points()
    in_order = sorted(drawings.items())
    write_pictures(target, ((number, encode_png(one)) for number, (_, one) in enumerate(in_order)))
    items = []
    for number, (source, _) in enumerate(in_order):
        label = source.split("/")[-2]
        shown = (known[label],) if label in known else ()
        items.append(CorpusItem(number, label, label, "train", source, shown))
    write_items(target, items, left_out, remarks)
