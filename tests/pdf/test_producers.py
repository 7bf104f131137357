"""Files of all producers that are installed, in a validation family of skeletons and dots."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from bench import documents, producers
from bench.pdf_text import error_rate, plain
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS
from rasm.query.document import Document
from rasm.query.documents import read_document, write_document
from rasm.query.recognizer import Recognizer

pytestmark = pytest.mark.slow

FAMILY = "noto-naskh-arabic"
CFF_KINDS = {
    "Typst": {("Type0", "CIDFontType0C")},
    "Chromium": {("Type3", "")},
    "LibreOffice": {("Type1", "FontFile")},
    "Cairo": {("Type0", "CIDFontType0C"), ("Type1", "Type1C")},
    "XeTeX": {("Type0", "CIDFontType0C")},
    "fpdf2": {("Type0", "")},
    "Ghostscript": {("Type1", "Type1C")},
}
"""Fonts that each makes of CFF outlines: kind, and that of the program, which fpdf2 embeds where
TrueType is."""
WITH_A_RIGHT_MAP = ("Typst", "Chromium", "LibreOffice", "Cairo", "fpdf2", "qpdf")
"""XeTeX maps no dots, and Ghostscript half of what Cairo's PostScript names."""


@pytest.fixture
def make(request: pytest.FixtureRequest) -> tuple[str, producers.Maker]:
    name: str = request.param
    if why := producers.missing().get(name):
        pytest.skip(why)
    return name, producers.installed()[name]


def error_of(document: Document, texts: Sequence[str]) -> float:
    found = " ".join(document.text(page) for page in document.pages)
    return error_rate(plain(found), plain(" ".join(texts)))


def kinds(path: Path) -> set[tuple[str, str]]:
    found = set()
    with pikepdf.open(path) as pdf:
        for font in pdf.objects:
            if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
                continue
            if "/CIDSystemInfo" in font:
                continue
            below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            program = below.get("/FontDescriptor", {}).get("/FontFile3", {})
            told = str(program.get("/Subtype", ""))[1:]
            if "/FontFile" in below.get("/FontDescriptor", {}):
                told = "FontFile"
            found.add((str(font.Subtype)[1:], told))
    return found


@pytest.mark.parametrize("make", producers.NAMES, indirect=True)
def test_a_file_is_judged_read_and_repaired(
    make: tuple[str, producers.Maker], tmp_path: Path, recognizer: Recognizer
) -> None:
    name, maker = make
    font, family = documents.font_file(FAMILY, tmp_path)
    texts = documents.within(font, documents.paragraphs("ar", 40))
    made, broken, fixed = (tmp_path / f"{kind}.pdf" for kind in ("set", "broken", "fixed"))
    maker(font, family, "ar", texts, made)
    documents.without_maps(made, broken)
    with Workers(PDF_LIMITS, jobs=1) as workers:
        whole = read_document(made, recognizer, workers, None)
        document = read_document(broken, recognizer, workers)
        write_document(document, fixed, workers, spans=False, break_signature=False)
    states = {found.state for found in whole.diagnoses}
    assert states == {"right"} if name in WITH_A_RIGHT_MAP else "wrong" not in states
    assert error_of(document, texts) < 0.02
    with pypdfium2.PdfDocument(broken) as one, pypdfium2.PdfDocument(fixed) as other:
        for before, after in zip(one, other, strict=True):
            assert np.array_equal(before.render().to_numpy(), after.render().to_numpy())


@pytest.mark.parametrize("make", CFF_KINDS, indirect=True)
def test_fonts_with_cff_outlines_are_read_in_every_kind(
    make: tuple[str, producers.Maker], tmp_path: Path, recognizer: Recognizer
) -> None:
    name, maker = make
    font, family = documents.font_file(FAMILY, tmp_path)
    font = documents.with_cff(font, tmp_path)
    texts = documents.within(font, documents.paragraphs("ar", 40))
    made, broken = tmp_path / "set.pdf", tmp_path / "broken.pdf"
    maker(font, family, "ar", texts, made)
    documents.without_maps(made, broken)
    assert kinds(made) == CFF_KINDS[name]
    with Workers(PDF_LIMITS, jobs=1) as workers:
        document = read_document(broken, recognizer, workers, "all")
    assert not [found.font.problem for found in document.diagnoses if found.font.problem]
    assert error_of(document, texts) < 0.02
