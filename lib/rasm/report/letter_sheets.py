"""What the test of a matcher of letters shows: distances of letters, and letters as they wear.

The distance matrix is meant for an alphabet or so: every class has its name, and a cell is as high
as a line of text. The nearer two classes, the warmer it is; confused ones are framed.

The sheet of worn letters shows what the levels of wear are: still legible, no fringes. It has a row
a letter: first as it is, then some samples of each level, the mildest first.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rasm.metrics.distances import confused
from rasm.report.pictures import Strip, Tile, write_strips
from rasm.store.atomic import replacing

CELL = 16  # pixels


_GAP = 8
_FAR, _NEAR = np.array([255, 255, 255.0]), np.array([190, 20, 0.0])
_TEXT, _FRAME, _PAPER = (30, 30, 30), (0, 0, 0), (255, 255, 255)
_FARTHEST = 2.0  # of unit vectors

Samples = Sequence[tuple[str, NDArray[np.uint8]]]
"""Captions and pictures (128, 128, 3)."""


def heat(distances: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colours (C, C, 3) of distances (C, C) in [0, 2]: warm at 0, white at 2."""
    nearness = 1 - np.clip(distances / _FARTHEST, 0, 1)[..., None]
    return np.asarray(np.round(_FAR + nearness * (_NEAR - _FAR)), dtype=np.uint8)


def write_heatmap(
    path: Path, distances: NDArray[np.float32], names: Sequence[str], threshold: float
) -> None:
    """PNG of distances (C, C) between classes `names`; pairs below the threshold are framed."""
    font = ImageFont.load_default(12)
    room = int(max(font.getlength(name) for name in names)) + 2 * _GAP
    side = CELL * len(names)
    sheet = Image.new("RGB", (room + side + _GAP, room + side + _GAP), _PAPER)
    sheet.paste(Image.fromarray(heat(distances).repeat(CELL, 0).repeat(CELL, 1)), (room, room))
    rows = _row_names(names, room, font)
    sheet.paste(rows, (0, room))
    sheet.paste(rows.transpose(Image.Transpose.ROTATE_90), (room, 0))
    draw = ImageDraw.Draw(sheet)
    for row, column in np.argwhere(confused(distances, threshold)).tolist():
        left, top = room + column * CELL, room + row * CELL
        draw.rectangle((left, top, left + CELL - 1, top + CELL - 1), outline=_FRAME)
    with replacing(path) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def _row_names(
    names: Sequence[str], room: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> Image.Image:
    image = Image.new("RGB", (room, CELL * len(names)), _PAPER)
    draw = ImageDraw.Draw(image)
    for number, name in enumerate(names):
        draw.text((_GAP, number * CELL), name, _TEXT, font)
    return image


def write_wear_sheet(path: Path, letters: Mapping[str, Samples]) -> None:
    """PNG of named letters, of each as many samples, the clean drawing among them."""
    strips = [
        Strip(name, [Tile(picture, [caption]) for caption, picture in samples])
        for name, samples in letters.items()
    ]
    heading = ["Wear: clean letters and what the levels make of them"]
    write_strips(path, heading, strips, max(len(strip.tiles) for strip in strips))
