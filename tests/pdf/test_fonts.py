"""From character codes to outlines, for each kind of font: squares tell its glyphs apart."""

import io
from typing import Any

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from rasm.pdf.fonts import PdfFont
from rasm.raster.fill import curve_bounds

NAMES = [".notdef", "A", "B", "beh"]
SIDES = {".notdef": 100, "A": 200, "B": 300, "beh": 400}
"""Each glyph is a square of this side, in thousandths of an em."""


def drawn(pen: Any, side: int) -> Any:
    pen.moveTo((0, 0))
    for point in ((side, 0), (side, side), (0, side)):
        pen.lineTo(point)
    pen.closePath()
    return pen


def program(*, is_truetype: bool, cmap: dict[int, str]) -> TTFont:
    builder = FontBuilder(1000, isTTF=is_truetype)
    builder.setupGlyphOrder(NAMES)
    builder.setupCharacterMap(cmap)
    if is_truetype:
        glyphs = {name: drawn(TTGlyphPen(None), side).glyph() for name, side in SIDES.items()}
        builder.setupGlyf(glyphs)
    else:
        strings = {
            name: drawn(T2CharStringPen(500, None), side).getCharString()
            for name, side in SIDES.items()
        }
        builder.setupCFF("Squares", {}, strings, {})
    builder.setupHorizontalMetrics({name: (500, 0) for name in NAMES})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupPost()
    written = io.BytesIO()
    builder.save(written)
    return TTFont(io.BytesIO(written.getvalue()))


def data_of(font: TTFont) -> bytes:
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


@pytest.fixture
def pdf() -> pikepdf.Pdf:
    return pikepdf.new()


def simple(pdf: pikepdf.Pdf, kind: str, key: str, data: bytes, encoding: Any) -> PdfFont:
    descriptor = pikepdf.Dictionary({key: pdf.make_stream(data), "/MissingWidth": 250})
    if key == "/FontFile3":
        descriptor[key].Subtype = pikepdf.Name.Type1C
    return PdfFont(
        pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name(f"/{kind}"),
                FirstChar=65,
                Widths=[500, 600],
                Encoding=encoding,
                FontDescriptor=pdf.make_indirect(descriptor),
            )
        )
    )


def side(font: PdfFont, code: int) -> int | None:
    outline = font.outline(code)
    return None if outline is None else round(curve_bounds(outline)[2])


def test_truetype_by_its_character_map(pdf: pikepdf.Pdf) -> None:
    data = data_of(program(is_truetype=True, cmap={65: "A", 66: "B", 0x628: "beh"}))
    encoding = pikepdf.Dictionary(
        BaseEncoding=pikepdf.Name.WinAnsiEncoding, Differences=[7, pikepdf.Name("/beh")]
    )
    font = simple(pdf, "TrueType", "/FontFile2", data, encoding)
    assert [side(font, code) for code in (65, 66, 7)] == [200, 300, 400]
    assert [font.width(code) for code in (65, 66, 67)] == [0.5, 0.6, 0.25]
    assert (font.code_size, font.glyph_text(65)) == (1, "A")


def test_a_symbolic_truetype_font_without_encoding(pdf: pikepdf.Pdf) -> None:
    data = data_of(program(is_truetype=True, cmap={0xF001: "A", 0xF002: "beh"}))
    font = simple(pdf, "TrueType", "/FontFile2", data, pikepdf.Name.Missing)
    assert [side(font, code) for code in (1, 2)] == [200, 400]


def test_a_bare_cff_font_by_the_names_of_its_glyphs(pdf: pikepdf.Pdf) -> None:
    cff = program(is_truetype=False, cmap={65: "A"}).reader["CFF "]
    encoding = pikepdf.Dictionary(Differences=[1, pikepdf.Name("/beh"), pikepdf.Name("/B")])
    font = simple(pdf, "Type1", "/FontFile3", cff, encoding)
    assert [side(font, code) for code in (1, 2)] == [400, 300]


def composite(pdf: pikepdf.Pdf, **descendant: Any) -> pikepdf.Dictionary:
    data = data_of(program(is_truetype=True, cmap={65: "A"}))
    descriptor = pdf.make_indirect(pikepdf.Dictionary(FontFile2=pdf.make_stream(data)))
    below = pikepdf.Dictionary(
        Subtype=pikepdf.Name.CIDFontType2, FontDescriptor=descriptor, DW=400, **descendant
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[pdf.make_indirect(below)],
    )


def test_a_composite_font_by_its_map_of_glyphs(pdf: pikepdf.Pdf) -> None:
    gids = pdf.make_stream(bytes([0, 0, 0, 3, 0, 1]))
    font = PdfFont(composite(pdf, CIDToGIDMap=gids, W=[1, [700], 5, 6, 300]))
    assert [side(font, code) for code in (1, 2)] == [400, 200]
    assert [font.width(code) for code in (1, 2, 5, 6)] == [0.7, 0.4, 0.3, 0.3]
    assert font.codes(b"\0\1\0\2") == [(1, False), (2, False)]


def test_a_composite_font_by_a_map_of_codes(pdf: pikepdf.Pdf) -> None:
    dictionary = composite(pdf)
    dictionary.Encoding = pdf.make_stream(
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 begincidrange <41> <42> 1 endcidrange"
    )
    font = PdfFont(dictionary)
    assert [side(font, code) for code in (0x41, 0x42)] == [200, 300]
    assert font.codes(b"A ") == [(0x41, False), (32, True)]


def test_a_type_3_font_by_what_its_procedures_fill(pdf: pikepdf.Pdf) -> None:
    square = pdf.make_stream(b"500 0 d0 q 2 0 0 2 0 0 cm 0 0 200 200 re f Q 9 9 m 99 9 l S")
    curve = pdf.make_stream(b"500 0 d0 0 0 m 0 300 300 300 300 0 c h f")
    font = PdfFont(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type3,
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            FirstChar=1,
            Widths=[500],
            Encoding=pikepdf.Dictionary(Differences=[1, pikepdf.Name("/a"), pikepdf.Name("/b")]),
            CharProcs=pikepdf.Dictionary(a=square, b=curve),
        )
    )
    assert [side(font, code) for code in (1, 2, 3)] == [400, 300, None]
    assert font.width(1) == 0.5


def test_what_cannot_be_read_says_why(pdf: pikepdf.Pdf) -> None:
    assert simple(pdf, "TrueType", "/FontFile2", b"none", pikepdf.Name.Missing).problem.startswith(
        "its font program cannot be read"
    )
    bare = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1)
    assert PdfFont(bare).problem == "it is not embedded"
    assert PdfFont(bare).outline(65) is None
    dictionary = composite(pdf)
    dictionary.Encoding = pikepdf.Name("/UniJIS-UTF16-H")
    assert "predefined map" in PdfFont(dictionary).problem
