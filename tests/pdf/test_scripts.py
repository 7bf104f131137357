"""PDF files in other scripts, and mixed ones, by the released model: set by Typst, without maps."""

from pathlib import Path

import pytest

from bench import documents, pdf_scripts, producers
from bench.pdf_text import error_rate, plain
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS
from rasm.query.documents import read_document
from rasm.query.recognizer import Recognizer
from tests.released import RELEASE

pytestmark = pytest.mark.slow  # the released model is loaded, and processes are started


@pytest.mark.parametrize(
    ("package", "text", "most"), [("arimo", "English", 0.01), ("tinos", "Russian", 0.02)]
)
def test_another_script_is_read(package: str, text: str, most: float) -> None:
    """Bare pictures err five to ten times as often, and files as they are say nothing right."""
    name, language, subsets = pdf_scripts.TEXTS[text]
    files = pdf_scripts.files_of(pdf_scripts.PRINTS / package, subsets)
    with Workers(PDF_LIMITS, jobs=1) as workers:
        texts = documents.paragraphs_of(name, 80)
        recognizer = Recognizer.load(RELEASE)
        read, broken = pdf_scripts.errors_of(files, language, texts, recognizer, workers)
    assert read <= most
    assert broken > 0.5


def test_without_the_reader_of_signs_latin_is_not_read() -> None:
    """So it is that network which reads it."""
    recognizer = Recognizer.load(RELEASE)
    recognizer.__dict__["signs"] = None
    files = pdf_scripts.files_of(pdf_scripts.PRINTS / "arimo", ("latin",))
    with Workers(PDF_LIMITS, jobs=1) as workers:
        asked = ["Everyone has the right to life, liberty and security of person."]
        read, _ = pdf_scripts.errors_of(files, "en", asked, recognizer, workers)
    assert read > 0.5


@pytest.mark.parametrize(
    ("family", "language", "text", "most"),
    [
        # Its gaf is a kaf under a stroke of its own.
        ("noto-kufi-arabic", "fa", "هر کس حق زندگی، گفتگو و گردهمایی دارد و دیگران نیز", 0.0),
        # Its letters look more like Latin ones to the network that tells scripts.
        ("badeen-display", "ar", "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق", 0.1),
    ],
)
def test_arabic_type_of_its_own_kind_is_read_as_arabic(
    family: str, language: str, text: str, most: float, tmp_path: Path
) -> None:
    font, name = documents.font_file(family, tmp_path)
    producers.set_by_typst(font, name, language, [text], tmp_path / "set.pdf")
    documents.without_maps(tmp_path / "set.pdf", tmp_path / "broken.pdf")
    with Workers(PDF_LIMITS, jobs=1) as workers:
        recognizer = Recognizer.load(RELEASE)
        document = read_document(tmp_path / "broken.pdf", recognizer, workers, "all")
        whole = read_document(tmp_path / "set.pdf", recognizer, workers, None)
    assert "wrong" not in [found.state for found in whole.diagnoses]
    (page,) = document.pages
    assert error_rate(plain(document.text(page)), plain(text)) <= most


def test_persian_words_have_their_non_joiners_and_probabilities(tmp_path: Path) -> None:
    texts = [*documents.paragraphs("fa"), "نمی‌دانم کتاب‌های خانه‌شان را که خوانده‌اند اعلام می‌شود."]
    font, name = documents.font_file("noto-kufi-arabic", tmp_path)
    producers.set_by_typst(font, name, "fa", texts, tmp_path / "set.pdf")
    documents.without_maps(tmp_path / "set.pdf", tmp_path / "broken.pdf")
    with Workers(PDF_LIMITS, jobs=1) as workers:
        recognizer = Recognizer.load(RELEASE)
        document = read_document(tmp_path / "broken.pdf", recognizer, workers, "all")
    words = [word for page in document.pages for word in document.words(page)]
    written = [word for text in texts for word in text.split()]
    parted = {word for word in written if "\u200c" in word}
    found = {word.text for word in words if "\u200c" in word.text}
    assert len(parted) >= 10
    assert found == parted
    pages = " ".join(document.text(page) for page in document.pages)
    assert pages.split() == [word.text for word in words]
    right = [word.text == meant for word, meant in zip(words, written, strict=True)]
    sure = [good for word, good in zip(words, right, strict=True) if word.probability > 0.99]
    assert len(sure) > 0.9 * len(words)
    assert sum(sure) >= 0.98 * len(sure)
