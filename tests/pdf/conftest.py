"""PDF files set by Typst in a font of a test family, and the released recogniser."""

from pathlib import Path

import pytest

from bench import documents, producers
from experiments.release import EXACT
from rasm.query.recognizer import Recognizer
from tests.released import RELEASE

FAMILY = "tajawal"


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer.load(RELEASE, EXACT)


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The declaration in Arabic, whose fonts alone tell its text."""
    folder = tmp_path_factory.mktemp("set")
    font, family = documents.font_file(FAMILY, folder)
    producers.set_by_typst(font, family, "ar", documents.paragraphs("ar"), folder / "set.pdf")
    documents.without_actual_text(folder / "set.pdf", folder / "good.pdf")
    return folder / "good.pdf"


@pytest.fixture(scope="session")
def broken(good: Path) -> Path:
    out = good.with_name("broken.pdf")
    documents.without_maps(good, out)
    return out
