"""PDF files in other scripts, and mixed ones, by the released model: set by Typst, without maps."""

from pathlib import Path

import pytest

from bench import documents, pdf_scripts
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS
from rasm.query.recognizer import Recognizer
from tests.released import RELEASE

pytestmark = pytest.mark.slow  # the released model is loaded, and processes are started


@pytest.mark.parametrize(
    ("package", "subset", "text", "most"),
    [("arimo", "latin", "English", 0.01), ("tinos", "cyrillic", "Russian", 0.02)],
)
def test_another_script_is_read(
    package: str, subset: str, text: str, most: float, tmp_path: Path
) -> None:
    """Bare pictures err five to ten times as often, and files as they are say nothing right."""
    name, language, subsets = pdf_scripts.TEXTS[text]
    files = [
        pdf_scripts.PRINTS / package / f"files/{package}-{one}-400-normal.woff2" for one in subsets
    ]
    assert subset in subsets
    with Workers(PDF_LIMITS, jobs=1) as workers:
        texts = documents.paragraphs_of(name, 80)
        recognizer = Recognizer.load(RELEASE)
        read, broken = pdf_scripts.errors_of(files, language, texts, tmp_path, recognizer, workers)
    assert read <= most
    assert broken > 0.5


def test_without_the_reader_of_signs_latin_is_not_read(tmp_path: Path) -> None:
    """So it is that network which reads it."""
    recognizer = Recognizer.load(RELEASE)
    recognizer.__dict__["signs"] = None
    files = pdf_scripts.files_of(pdf_scripts.PRINTS / "arimo", ("latin",))
    with Workers(PDF_LIMITS, jobs=1) as workers:
        asked = ["Everyone has the right to life, liberty and security of person."]
        read, _ = pdf_scripts.errors_of(files, "en", asked, tmp_path, recognizer, workers)
    assert read > 0.5
