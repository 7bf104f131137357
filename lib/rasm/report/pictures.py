"""Pictures to look at: a glyph in black on white, heat over its cells, captions that can be read.

Warm is heat above zero, cold is below; ink keeps dark and paper light, so that the glyph can be
seen through its heat.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rasm.store.atomic import replacing

RgbPicture = NDArray[np.uint8]  # (S, S, 3)
Heats = Mapping[int, NDArray[np.float32]]
"""Heat (G, G) in [-1, 1] of glyphs by row."""

_PAPER = np.array([255, 255, 255.0])
_INK = np.array([38, 38, 38.0])
_WARM = np.array([[255, 150, 60], [190, 20, 0.0]])  # of paper, of ink
_COLD = np.array([[110, 170, 255], [0, 40, 190.0]])
_WHITE, _FRAME, _TEXT = (255, 255, 255), (205, 205, 205), (30, 30, 30)
_GAP = 14
_PITCH = 174  # from tile to tile: room for a name of two dozen letters


@dataclass(frozen=True)
class Tile:
    """A picture and the lines of text under it."""

    picture: RgbPicture
    caption: Sequence[str]


@dataclass(frozen=True)
class Strip:
    """Tiles that belong together, under a title."""

    title: str
    tiles: Sequence[Tile]


def glyph(mask: NDArray[np.bool_], heat: NDArray[np.float32] | None = None) -> RgbPicture:
    """Mask (S, S), ink True, with heat (G, G) in [-1, 1] over its cells, G a divisor of S."""
    ink = mask[..., None]
    plain = np.where(ink, _INK, _PAPER)
    if heat is None:
        return np.asarray(plain, dtype=np.uint8)
    cell = len(mask) // len(heat)
    amount = heat.repeat(cell, 0).repeat(cell, 1)[..., None]
    colour = np.where(
        amount > 0, np.where(ink, _WARM[1], _WARM[0]), np.where(ink, _COLD[1], _COLD[0])
    )
    return np.asarray(np.round(plain + np.abs(amount) * (colour - plain)), dtype=np.uint8)


def data_uri(picture: RgbPicture) -> str:
    """The picture as PNG inside an address, for pages that must stand alone."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def write_strips(path: Path, heading: Sequence[str], strips: Sequence[Strip], columns: int) -> None:
    """PNG of a heading and, under each strip's title, its tiles in rows of `columns`.

    All pictures are of one size; captions are broken to the width of a tile.
    """
    width = columns * _PITCH + _GAP
    parts = [_lines(heading, width)]
    for strip in strips:
        parts.append(_lines([strip.title], width, ruled=True))
        for start in range(0, len(strip.tiles), columns):
            parts.append(_row(strip.tiles[start : start + columns], width))
    sheet = Image.new("RGB", (width, sum(part.height for part in parts) + _GAP), _WHITE)
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    with replacing(path) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text in lines that measure no more than `width`, broken after blanks and underscores.

    >>> wrap("beh_with_dot -> teh", 9, len)
    ['beh_with_', 'dot ->', 'teh']
    """
    lines = [""]
    for word in text.replace("_", "_\0").replace(" ", " \0").split("\0"):
        if lines[-1] and measure((lines[-1] + word).rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _row(tiles: Sequence[Tile], width: int) -> Image.Image:
    font = ImageFont.load_default(13)
    captions = [
        [line for text in tile.caption for line in wrap(text, _PITCH - 8, font.getlength)]
        for tile in tiles
    ]
    size = len(tiles[0].picture) + 2  # framed
    image = Image.new("RGB", (width, size + 17 * max(map(len, captions)) + _GAP), _WHITE)
    draw = ImageDraw.Draw(image)
    for column, (tile, lines) in enumerate(zip(tiles, captions, strict=True)):
        left = _GAP + column * _PITCH
        draw.rectangle((left, 0, left + size - 1, size - 1), outline=_FRAME)
        image.paste(Image.fromarray(tile.picture), (left + 1, 1))
        draw.text((left, size + 1), "\n".join(lines), _TEXT, font, spacing=4)
    return image


def _lines(texts: Sequence[str], width: int, *, ruled: bool = False) -> Image.Image:
    font = ImageFont.load_default(16)
    lines = [line for text in texts for line in wrap(text, width - 2 * _GAP, font.getlength)]
    image = Image.new("RGB", (width, 22 * len(lines) + 2 * 6), _WHITE)
    draw = ImageDraw.Draw(image)
    if ruled:
        draw.line((_GAP, 0, width - _GAP, 0), _FRAME)
    for number, line in enumerate(lines):
        draw.text((_GAP, 6 + 22 * number), line, _TEXT, font)
    return image
