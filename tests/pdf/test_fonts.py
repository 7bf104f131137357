"""From character codes to outlines, for each kind of font: squares tell its glyphs apart."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from rasm.pdf.document import SignFacts, read_pdf
from rasm.pdf.fonts import PdfFont
from rasm.raster.fill import curve_bounds
from rasm.raster.packing import unpack
from tests.pdf.test_bad_files import POLICY

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


def test_a_bare_cff_font_by_its_own_encoding(pdf: pikepdf.Pdf) -> None:
    """As LibreOffice writes: code 65 is no A, but what the program's encoding names."""
    built = program(is_truetype=False, cmap={65: "A"})
    cff = built["CFF "].cff
    cff[0].Encoding = [".notdef"] * 65 + ["B"] + [".notdef"] * 190
    written = io.BytesIO()
    cff.compile(written, built)
    font = simple(pdf, "Type1", "/FontFile3", written.getvalue(), pikepdf.Name.Missing)
    assert (side(font, 65), font.glyph_text(65)) == (300, "B")


@pytest.mark.parametrize(
    ("name", "text"), [("g", "g"), ("greater", ">"), ("uni0642", "ق"), ("g12", ""), ("c01", "")]
)
def test_what_names_of_glyphs_say(pdf: pikepdf.Pdf, name: str, text: str) -> None:
    data = data_of(program(is_truetype=True, cmap={65: "A"}))
    encoding = pikepdf.Dictionary(Differences=[65, pikepdf.Name(f"/{name}")])
    assert simple(pdf, "TrueType", "/FontFile2", data, encoding).glyph_text(65) == text


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


def type_3(pdf: pikepdf.Pdf, scale: float, *procedures: bytes) -> PdfFont:
    return PdfFont(type_3_dictionary(pdf, scale, *procedures))


def type_3_dictionary(pdf: pikepdf.Pdf, scale: float, *procedures: bytes) -> pikepdf.Dictionary:
    """A font whose codes, from 1 on, draw these procedures."""
    names = [pikepdf.Name(f"/{chr(97 + n)}") for n in range(len(procedures))]
    drawn = {str(name): pdf.make_stream(one) for name, one in zip(names, procedures, strict=True)}
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontMatrix=[scale, 0, 0, scale, 0, 0],
        FirstChar=1,
        Widths=[500],
        Encoding=pikepdf.Dictionary(Differences=[1, *names]),
        CharProcs=pikepdf.Dictionary(drawn),
    )


def test_a_type_3_font_by_what_its_procedures_fill(pdf: pikepdf.Pdf) -> None:
    font = type_3(
        pdf,
        0.001,
        b"500 0 d0 q 2 0 0 2 0 0 cm 0 0 200 200 re f Q 9 9 m 99 9 l S",
        b"500 0 d0 0 0 m 0 300 300 300 300 0 c h f",
    )
    assert [side(font, code) for code in (1, 2, 3)] == [400, 300, None]
    assert (font.width(1), font.em) == (0.5, 1.0)


BITS = b"500 0 0 0 6 6 d1 6 0 0 6 0 0 cm BI /IM true /W 6 /H 6 /BPC 1%s ID %s\nEI"
"""A mask of six by six units: a row a byte, its upper six bits, and 0 paints."""


def test_a_type_3_font_by_the_masks_that_it_paints(pdf: pikepdf.Pdf) -> None:
    """Ghostscript and TeX put letters of 6 units or 600 in a font of size 1: its tallest tells."""
    square = bytes([0xFF, 0x87, 0xB7, 0xB7, 0x87, 0xFF])  # a ring of 4 by 4 around 2 by 2
    corners = bytes([0x1F, 0x1F, 0x1F, 0xE3, 0xE3, 0xE3])  # two squares that touch
    font = type_3(
        pdf,
        1.0,
        BITS % (b"", square),
        BITS % (b" /D [1 0]", bytes(255 - byte for byte in corners)),
        BITS % (b"", b"\xff" * 6),
        BITS % (b" /F /DCT", b"none"),
    )
    assert font.em == 5.0  # 6 units over 1.2
    ring, squares = font.outline(1), font.outline(2)
    assert ring is not None
    assert squares is not None
    assert curve_bounds(ring) == pytest.approx((200, 200, 1000, 1000))
    assert curve_bounds(squares) == pytest.approx((0, 0, 1200, 1200))
    assert len(ring.ends) == len(squares.ends) == 2
    assert [font.outline(code) for code in (3, 4)] == [None, None]


def test_glyphs_that_stand_on_their_heads_in_the_font_are_turned(tmp_path: Path) -> None:
    """Ghostscript draws them so, and turns the text."""
    hook = bytes([0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x03])
    pictures = []
    for upright, bits in ((1, hook), (-1, hook[::-1])):
        pdf = pikepdf.new()
        page = pdf.add_blank_page(page_size=(200, 200))
        font = pdf.make_indirect(type_3_dictionary(pdf, 1.0, BITS % (b"", bits)))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.obj.Contents = pdf.make_stream(
            b"BT /F 1 Tf 9 0 0 %d 50 50 Tm <01> Tj ET" % (9 * upright)
        )
        pdf.save(tmp_path / "font.pdf")
        *_, signs = read_pdf(tmp_path / "font.pdf", POLICY)
        assert isinstance(signs, SignFacts)
        pictures.append(signs.drawn.rasters)
    assert len(pictures[0]) == 1
    assert np.array_equal(*pictures)
    assert not np.array_equal(unpack(pictures[0][0]), unpack(pictures[0][0])[::-1])


def test_a_mask_of_too_many_bits_is_not_drawn(pdf: pikepdf.Pdf) -> None:
    huge = b"1 0 0 0 6 6 d1 BI /IM true /W 99999 /H 99999 /BPC 1 ID x\nEI"
    assert type_3(pdf, 1.0, huge).outline(1) is None


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
