"""WOFF2 unpacked draws what fontTools' unpacking draws, which is slower and unbounded."""

import io
from itertools import product

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from rasm.fonts.files import unpacked
from rasm.fonts.outlines import glyph_contours
from rasm.fonts.sfnt import FontError
from tests.fonts.building import SQUARES, SQUARES_CMAP, build_font, font_bytes, package_file
from tests.fonts.hostile import composite, glyf, simple, with_tables


def by_font_tools(data: bytes) -> bytes:
    """Boxes are computed anew, as a font that is compiled has them."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    for name in font.getGlyphOrder():
        font["glyf"][name]  # parses
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def drawn(data: bytes) -> list[object]:
    font = hb.Font(hb.Face(data))
    glyphs = range(font.face.glyph_count)
    return [(glyph_contours(font, glyph), font.get_glyph_h_advance(glyph)) for glyph in glyphs]


@pytest.mark.parametrize("package", ["tajawal", "jomhuria"])
def test_every_glyph_of_a_real_font(package: str) -> None:
    """Jomhuria has composites with scaled parts, with parts that are a lone point, and others."""
    data = package_file(package).read_bytes()
    assert drawn(unpacked(data)) == drawn(by_font_tools(data))


def test_points_of_every_length() -> None:
    """One byte to four a point, both signs, on the curve and off."""
    steps = (1, 60, 64, 300, 1279, 1280, 4000, 9000)
    axis = (0, *steps, *(-step for step in steps))
    # There and back again, or they would end beyond 16 bits.
    moves = [move for x, y in product(axis, axis) for move in ((x, y), (-x, -y))]
    coordinates = [value for numbers in zip(*moves, strict=True) for value in numbers]
    packed = b"".join(value.to_bytes(2, "big", signed=True) for value in coordinates)
    flags = bytes(n % 2 for n in range(len(moves)))
    data = with_tables(glyf(simple([9, len(moves) - 1], flags, packed), composite(1, 1)))
    web = font_bytes(TTFont(io.BytesIO(data)), "woff2")
    assert drawn(unpacked(web)) == drawn(by_font_tools(web))


def test_metrics_without_side_bearings() -> None:
    """`hmtx` is transformed where all side bearings are left edges."""
    font = build_font(SQUARES, SQUARES_CMAP)
    web = font_bytes(font, "woff2")
    assert drawn(unpacked(web)) == drawn(font_bytes(font, None))


def test_a_length_that_is_not_the_files() -> None:
    web = font_bytes(build_font(SQUARES, SQUARES_CMAP), "woff2")
    with pytest.raises(FontError, match="is it truncated"):
        unpacked(web + b"0")
