"""Safaitic letters as a corpus: two drawings of each, from the user's folder or from a font.

    FOLDER/LETTER/ideal.png     clean drawing, the reference that carvings are compared with
    FOLDER/LETTER/square.png    the same letter in the square variant; may be missing

As soon as the folder holds a letter, the font is not asked any more. Pictures are dark on white and
`size` pixels square; others are padded with white to a square and resized, which is remarked.

There is no second carver to test on: all drawings train, and validation and test are the same
drawings worn in ways that training has not seen.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, Field

from rasm.bounded.workers import Workers
from rasm.corpora.corpus import CorpusItem, Note, encode_png, write_items, write_pictures
from rasm.corpora.letter_font import code_points, draw_letters
from rasm.corpora.pictures import PictureError, open_picture
from rasm.fonts.sfnt import LOCKED_LIMITS

IDEAL, SQUARE = "ideal.png", "square.png"


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
