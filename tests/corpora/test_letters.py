"""Letters as a corpus: the user's folder where it holds letters, the font where it does not."""

from pathlib import Path

import numpy as np
import pytest

from rasm.corpora.corpus import Corpus, CorpusItem, Note, Pictures, read_corpus
from rasm.corpora.letter_font import code_points
from rasm.corpora.letters import LetterParams, import_letters, is_ideal, padded
from tests.corpora.image_folder import put
from tests.corpora.letter_fonts import write_letter_font

PARAMS = LetterParams(size=32, margin=1 / 16, max_pixels=10_000)


def imported(tmp_path: Path) -> Corpus:
    font = tmp_path / "letters.ttf"
    if not font.exists():
        write_letter_font(font)
    import_letters(tmp_path / "own", font, tmp_path / "corpus", PARAMS)
    return read_corpus(tmp_path / "corpus")


@pytest.mark.parametrize("place", ["", ".cache", "note.txt"])
def test_without_letters_of_ones_own_the_font_is_drawn(tmp_path: Path, place: str) -> None:
    if place:
        put(tmp_path / "own", f"{place}/x.png") if place[0] == "." else put(tmp_path, "own/x.png")
    corpus = imported(tmp_path)
    assert list(corpus.class_to_idx) == sorted(code_points())
    assert len(corpus.items) == 58
    assert corpus.items[0] == CorpusItem(
        0, "ain", "ain", "train", "letters.ttf/ain/ideal.png", (code_points()["ain"],)
    )
    assert [is_ideal(item) for item in corpus.items[:4]] == [True, False, True, False]
    assert corpus.left_out == corpus.remarks == ()


def test_the_users_letters_are_taken_as_they_are(tmp_path: Path) -> None:
    put(tmp_path / "own", "alif/ideal.png", 32, 32, shade=10)
    put(tmp_path / "own", "alif/square.png", 32, 32, shade=20)
    put(tmp_path / "own", "zah/ideal.png", 32, 32, shade=30)
    corpus = imported(tmp_path)
    assert corpus.items == (
        CorpusItem(0, "alif", "alif", "train", "alif/ideal.png", ()),
        CorpusItem(1, "alif", "alif", "train", "alif/square.png", ()),
        CorpusItem(2, "zah", "zah", "train", "zah/ideal.png", (0x10A9C,)),
    )
    with Pictures(tmp_path / "corpus") as pictures:
        assert [int(pictures[n].max()) for n in range(3)] == [10, 20, 30]
    assert corpus.left_out == corpus.remarks == ()


def test_other_sizes_are_padded_resized_and_remarked(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/ideal.png", width=64, height=16, shade=0)
    corpus = imported(tmp_path)
    assert corpus.remarks == (Note("a/ideal.png", "resized from 64x16"),)
    with Pictures(tmp_path / "corpus") as pictures:
        picture = pictures[0]
    assert picture.shape == (32, 32)
    assert picture[14:18].max() == 0  # 16 rows of 64, in the middle, are 8 of 32
    assert picture[:10].min() == picture[22:].min() == 255


def test_padding_by_hand() -> None:
    picture = padded(np.array([[1, 2, 3]], dtype=np.uint8), 3)
    assert picture.tolist() == [[255] * 3, [1, 2, 3], [255] * 3]


def test_what_cannot_be_used_is_listed(tmp_path: Path) -> None:
    put(tmp_path / "own", "a/ideal.png", 32, 32)
    (tmp_path / "own/a/square.png").write_text("no picture")
    put(tmp_path / "own", "b/square.png", 32, 32)
    put(tmp_path / "own", "c/square.png", 32, 32)
    (tmp_path / "own/c/ideal.png").touch()
    corpus = imported(tmp_path)
    assert [item.source for item in corpus.items] == ["a/ideal.png"]
    assert corpus.left_out == (
        Note("a/square.png", "no PNG picture"),
        Note("b/ideal.png", "no ideal.png: a letter without it is not used"),
        Note("c/ideal.png", "empty file: a letter without it is not used"),
    )


def test_a_folder_of_letters_without_one_ideal_says_what_to_put_there(tmp_path: Path) -> None:
    put(tmp_path / "own", "b/square.png", 32, 32)
    with pytest.raises(ValueError, match="put <letter>/ideal.png there.* b/ideal.png: no"):
        imported(tmp_path)


def test_two_imports_are_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for _ in range(2):
        imported(tmp_path)
        written.append((tmp_path / "corpus/pictures.lmdb").read_bytes())
    assert written[0] == written[1]
