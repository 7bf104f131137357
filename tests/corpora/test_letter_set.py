"""Drawings by letter, as the importer of letters left them."""

from pathlib import Path

import numpy as np

from rasm.corpora.corpus import read_corpus
from rasm.corpora.letter_set import Letters
from rasm.corpora.letters import LetterParams, import_letters, is_ideal
from tests.corpora.image_folder import put


def imported(tmp_path: Path) -> Path:
    """b has two drawings, a and c have one; shades tell them apart."""
    for shade, file in enumerate(("a/ideal.png", "b/ideal.png", "b/square.png", "c/ideal.png")):
        put(tmp_path / "own", file, 16, 16, shade=10 * shade)
    params = LetterParams(size=16, margin=0.1, max_pixels=1000)
    import_letters(tmp_path / "own", tmp_path / "no font", tmp_path / "corpus", params)
    return tmp_path / "corpus"


def test_letters_and_their_drawings(tmp_path: Path) -> None:
    letters = Letters.read(imported(tmp_path))
    assert letters.names.tolist() == ["a", "b", "c"]
    assert letters.labels.tolist() == ["a", "b", "b", "c"]
    assert [int(picture.max()) for picture in letters.pictures] == [0, 10, 20, 30]
    assert letters.rows_of("b").tolist() == [1, 2]


def test_the_first_drawing_is_what_the_importer_calls_ideal(tmp_path: Path) -> None:
    corpus = imported(tmp_path)
    ideals = np.flatnonzero([is_ideal(item) for item in read_corpus(corpus).items])
    assert Letters.read(corpus).ideals.tolist() == ideals.tolist() == [0, 1, 3]
