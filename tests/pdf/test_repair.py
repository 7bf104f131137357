"""A PDF gets its text back: read by other programs, looking the same, and growing by little."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from typer.testing import CliRunner

import rasm as rasm_package
from bench import documents, producers
from bench.pdf_text import error_rate, extracted, plain, printed
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS, PdfError
from rasm.query.cli import app
from rasm.query.document import Document
from rasm.query.documents import read_document
from rasm.query.recognizer import Recognizer

pytestmark = pytest.mark.slow


def rasm(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout


@pytest.fixture(scope="module")
def fixed(broken: Path) -> Path:
    out = broken.with_name("fixed.pdf")
    status, said = rasm("repair", broken, "-o", out, "--report", out.with_suffix(".html"))
    assert status == 0
    assert "wrote" in said
    return out


TEXT = plain(" ".join(documents.paragraphs("ar")))


def test_another_program_reads_the_text(good: Path, broken: Path, fixed: Path) -> None:
    """Better than the whole file: of lam-alef it says the ligature, which is put in order."""
    errors = [error_rate(extracted(path), TEXT) for path in (broken, good, fixed)]
    assert errors[0] > 0.9
    assert errors[2] < 0.02 < errors[1]


def test_poppler_reads_it_too(fixed: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler is not installed")
    said = subprocess.run(["pdftotext", fixed, "-"], capture_output=True, text=True).stdout
    assert error_rate(plain(said), TEXT) < 0.06


def test_every_page_looks_the_same_and_its_content_is_untouched(broken: Path, fixed: Path) -> None:
    with pypdfium2.PdfDocument(broken) as one, pypdfium2.PdfDocument(fixed) as other:
        assert len(one) == len(other) > 1
        for before, after in zip(one, other, strict=True):
            pixels = [page.render(scale=2).to_numpy() for page in (before, after)]
            assert np.array_equal(*pixels)
    with pikepdf.open(broken) as one, pikepdf.open(fixed) as other:
        for before, after in zip(one.pages, other.pages, strict=True):
            assert before.Contents.read_raw_bytes() == after.Contents.read_raw_bytes()


def test_it_grows_by_little(broken: Path, fixed: Path) -> None:
    with pikepdf.open(broken) as pdf:
        fonts = len(pdf.pages[0].Resources.Font)
    before, after = broken.stat().st_size, fixed.stat().st_size
    assert after - before < 0.02 * before + 4096 * fonts


def test_what_is_right_is_left_alone(good: Path, tmp_path: Path) -> None:
    assert rasm("diagnose", good)[0] == 0
    status, said = rasm("repair", good, "-o", tmp_path / "none.pdf")
    assert (status, "nothing was written" in said) == (0, True)
    assert not (tmp_path / "none.pdf").exists()


def test_a_repaired_font_is_right(broken: Path, fixed: Path) -> None:
    before, after = (json.loads(rasm("diagnose", path, "--json")[1]) for path in (broken, fixed))
    assert [one[0]["state"] for one in (*before.values(), *after.values())] == ["absent", "right"]


def test_the_report_shows_every_glyph(fixed: Path) -> None:
    page = fixed.with_suffix(".html").read_text(encoding="utf-8")
    assert page.count("data:image/png") > 60
    assert "الإنسان" in page
    assert "://" not in page


@pytest.fixture(scope="module")
def document(broken: Path, recognizer: Recognizer) -> Document:
    with Workers(PDF_LIMITS, jobs=1) as workers:
        return read_document(broken, recognizer, workers)


def test_text_comes_in_the_order_in_which_it_is_stored(document: Document) -> None:
    found = " ".join(document.text(page) for page in document.pages)
    text = " ".join(documents.paragraphs("ar"))
    assert error_rate(plain(found), TEXT) < 0.02
    assert error_rate(found.replace("\n", " "), text) < 0.05
    assert max(document.readings.values(), key=lambda read: len(read.signs)).language == "ar"


def test_glyphs_called_certain_are_right(
    document: Document, good: Path, recognizer: Recognizer
) -> None:
    with Workers(PDF_LIMITS, jobs=1) as workers:
        whole = read_document(good, recognizer, workers, None)
    said = {found.font.number: found.font.texts for found in whole.diagnoses}
    certain = [
        plain(sign.text) == plain(said[number][sign.sign[0].code])
        for number, reading in document.readings.items()
        for sign in reading.signs
        if sign.is_certain and len(sign.sign) == 1 and not sign.sign[0].is_mark
    ]
    assert len(certain) > 60
    assert np.mean(certain) > 0.97


@pytest.mark.parametrize("offset", [0xE000, 0x100], ids=["private", "Latin"])
def test_a_wrong_map_is_found_and_mended(good: Path, tmp_path: Path, offset: int) -> None:
    letters = {chr(code): chr(offset + code - 0x600) for code in range(0x600, 0x700)}
    documents.with_maps(good, tmp_path / "wrong.pdf", letters)
    status, said = rasm("diagnose", tmp_path / "wrong.pdf", "--json")
    states = {one["state"] for one in json.loads(said)[str(tmp_path / "wrong.pdf")]}
    assert status == 1
    assert states & {"absent", "wrong"}
    assert rasm("repair", tmp_path / "wrong.pdf", "-o", tmp_path / "fixed.pdf")[0] == 0
    assert error_rate(extracted(tmp_path / "wrong.pdf"), TEXT) > 0.7
    assert error_rate(extracted(tmp_path / "fixed.pdf"), TEXT) < 0.03


def test_chromium_prints_what_is_read_again(tmp_path: Path, recognizer: Recognizer) -> None:
    if producers.chromium() is None:
        pytest.skip("no Chromium is installed")
    font, family = documents.font_file("tajawal", tmp_path)
    texts = documents.paragraphs("ar", words=120)
    producers.set_by_chromium(font, family, "ar", texts, tmp_path / "set.pdf")
    documents.without_maps(tmp_path / "set.pdf", tmp_path / "broken.pdf")
    with Workers(PDF_LIMITS, jobs=1) as workers:
        document = read_document(tmp_path / "broken.pdf", recognizer, workers)
    found = " ".join(document.text(page) for page in document.pages)
    assert error_rate(plain(found), plain(" ".join(texts))) < 0.05


def test_what_a_producer_says_on_its_pages_is_believed(
    tmp_path: Path, recognizer: Recognizer
) -> None:
    """Chromium marks letters of parts; without maps, what it marks helps to read the rest."""
    if producers.chromium() is None:
        pytest.skip("no Chromium is installed")
    font, family = documents.font_file("noto-naskh-arabic", tmp_path)
    texts = documents.paragraphs("ar", words=120)
    made, broken = tmp_path / "set.pdf", tmp_path / "broken.pdf"
    producers.set_by_chromium(font, family, "ar", texts, made)
    with pikepdf.open(made) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                del item["/ToUnicode"]
        pdf.save(broken)
    truth = plain(" ".join(texts))
    for path, states, most in ((made, {"right"}, 0.01), (broken, {"absent"}, 0.02)):
        with Workers(PDF_LIMITS, jobs=1) as workers:
            document = read_document(path, recognizer, workers)
        assert {found.state for found in document.diagnoses} == states
        found = " ".join(document.text(page) for page in document.pages)
        assert error_rate(plain(found), truth) < most


def test_a_font_within_another_object_gets_no_map_and_is_read(tmp_path: Path, broken: Path) -> None:
    inside, out = tmp_path / "inside.pdf", tmp_path / "out.pdf"
    with pikepdf.open(broken) as pdf:
        for page in pdf.pages:
            fonts = page.obj.Resources.Font
            for name in list(fonts.keys()):
                fonts[name] = pikepdf.Dictionary(dict(fonts[name].items()))
        pdf.save(inside)
    texts = [rasm("text", path) for path in (inside, broken)]
    assert texts[0] == texts[1]
    pages = json.loads(rasm("text", broken, "--json")[1])
    assert "\f".join(page["text"] for page in pages) == texts[1][1].rstrip("\n")
    for page in pages:
        assert [word["text"] for word in page["words"]] == page["text"].split()
        assert all(0 <= word["probability"] <= 1 for word in page["words"])
    result = CliRunner().invoke(app, ["repair", str(inside), "-o", str(out), "--spans"])
    assert result.exit_code == 0
    assert "lies within another object and gets no map" in result.stderr
    if shutil.which("pdftotext") is not None:
        assert error_rate(printed(out), TEXT) < 0.06


def test_the_same_in_python(broken: Path, good: Path, fixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    document = rasm_package.repair(broken, out)
    assert extracted(out) == extracted(fixed)
    assert {reading.language for reading in document.readings.values()} == {"ar"}
    assert not rasm_package.repair(good, tmp_path / "none.pdf").readings
    assert not (tmp_path / "none.pdf").exists()
    with pytest.raises(PdfError, match="never changed"):
        rasm_package.repair(broken, broken)
