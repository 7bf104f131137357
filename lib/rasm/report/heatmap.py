"""The distance matrix to look at: the nearer two classes, the warmer; confused ones are framed.

Meant for an alphabet or so: every class has its name, and a cell is as high as a line of text.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rasm.metrics.distances import confused
from rasm.store.atomic import replacing

CELL = 16  # pixels


_GAP = 8


_FAR = np.array([255, 255, 255.0])


_NEAR = np.array([190, 20, 0.0])


_TEXT, _FRAME, _PAPER = (30, 30, 30), (0, 0, 0), (255, 255, 255)


_FARTHEST = 2.0  # of unit vectors


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
