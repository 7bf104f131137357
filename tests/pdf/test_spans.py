"""Spans on pages: they say what they are told, and no glyph moves."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from typer.testing import CliRunner

from bench import documents, producers
from bench.pdf_text import error_rate, plain, printed
from rasm.pdf.content import shown_on, traced_on
from rasm.pdf.lines import Part, PlacedSign
from rasm.pdf.spans import spans_of, with_spans
from rasm.query.cli import app
from tests.pdf.pages import OneFont, one_page


def signs(*numbers: int) -> list[PlacedSign]:
    """A sign of one glyph each, of code 1, 2, ..."""
    return [((Part(0, code),), (number,)) for code, number in enumerate(numbers, start=1)]


def marked(content: bytes, *numbers: int) -> tuple[list[str], int]:
    """What is marked in the content, in its order, once the glyphs stand where they stood."""
    pdf = one_page(content, {"X": b"BT /F 10 Tf (a) Tj ET"})
    page = pdf.pages[0]
    traced = traced_on(page, OneFont())
    before = list(traced.shown)
    texts = {(Part(0, code),): f"{code}\u0628" for code in range(1, 9)}
    spans, lost = spans_of(signs(*numbers), texts, traced, [1])
    page.obj.Contents.write(with_spans(traced, spans, [1]))
    after = list(shown_on(page, OneFont()))
    assert [replace(one, said=None) for one in after] == [replace(one, said=None) for one in before]
    found = [
        str(one.operands[1].ActualText)
        for one in pikepdf.parse_content_stream(page)
        if str(one.operator) == "BDC" and "/ActualText" in one.operands[1]
    ]
    return found, lost


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F 10 Tf 20 30 Td (abab) Tj ET",
        b"BT /F 10 Tf [(a) 100 (ba) -50 (b) 7] TJ ET",
        b"BT /F 10 Tf 12 TL (ab) Tj (ab) ' ET",
        b'BT /F 10 Tf 9 TL 4 1 (ab ab) " (a) Tj ET',
        b"BT /F 10 Tf (a) Tj ET q 2 0 0 2 1 1 cm BT /F 5 Tf (bab) Tj ET Q",
    ],
    ids=["Tj", "TJ", "next line", "with spacing", "twice"],
)
@pytest.mark.parametrize("numbers", [(0,), (2,), (3,), (0, 1), (1, 3), (0, 1, 2, 3)])
def test_no_glyph_moves(content: bytes, numbers: tuple[int, ...]) -> None:
    expected = [f"{code}\u0628" for code in range(1, len(numbers) + 1)]
    assert marked(content, *numbers) == (expected, 0)


def test_what_the_producer_says_stays() -> None:
    content = (
        b"BT /F 10 Tf /Span <</ActualText (z)>> BDC (a) Tj EMC /Span <<>> BDC (b) Tj EMC (b) Tj ET"
    )
    assert marked(content, 0, 1, 2) == (["z", "2\u0628", "3\u0628"], 0)


def test_glyphs_of_forms_are_counted_as_lost() -> None:
    assert marked(b"BT /F 10 Tf (a) Tj ET /X Do", 0, 1) == (["1\u0628"], 1)


@pytest.mark.slow
def test_letters_of_parts_are_read_by_another_program(tmp_path: Path) -> None:
    """A validation family that draws skeletons and dots, of which maps alone cannot tell."""
    font, family = documents.font_file("noto-naskh-arabic", tmp_path)
    texts = documents.paragraphs("ar", words=150)
    producers.set_by_typst(font, family, "ar", texts, tmp_path / "set.pdf")
    broken = tmp_path / "broken.pdf"
    documents.without_maps(tmp_path / "set.pdf", broken)
    outs = {name: tmp_path / f"{name}.pdf" for name in ("maps", "spans")}
    for name, out in outs.items():
        more = ["--spans"] if name == "spans" else []
        result = CliRunner().invoke(app, ["repair", str(broken), "-o", str(out), *more])
        assert result.exit_code == 0
        assert ("letters marked on the pages" if more else "--spans marks each") in result.stdout
    with pypdfium2.PdfDocument(broken) as one, pypdfium2.PdfDocument(outs["spans"]) as other:
        for before, after in zip(one, other, strict=True):
            pixels = [page.render(scale=2).to_numpy() for page in (before, after)]
            assert np.array_equal(*pixels)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler is not installed")
    truth = plain(" ".join(texts))
    errors = {name: error_rate(printed(out), truth) for name, out in outs.items()}
    assert errors["spans"] < 0.08 < 0.15 < errors["maps"]
