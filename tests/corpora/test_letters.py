"""Letters as a corpus: the user's folder where it holds letters, the font where it does not.

Of the font: names of letters, both drawings by hand, and fonts that will not do.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.corpora.corpus import Corpus, CorpusItem, Note, Pictures, read_corpus
from rasm.corpora.letters import (
    LetterParams,
    code_points,
    draw_grey,
    draw_letters,
    import_letters,
    is_ideal,
    padded,
)
from rasm.fonts.sfnt import FontError
from rasm.raster.outline import Polygon, outline_of_polygons
from tests.corpora.image_folder import put
from tests.corpora.letter_fonts import disc, write_letter_font
from tests.fonts.building import nothing

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


def test_the_29_letters_by_their_unicode_names() -> None:
    labels = code_points()
    assert len(labels) == 29
    assert labels["heh"] == 0x10A80
    assert labels["es_2"] == 0x10A86
    assert labels["zah"] == 0x10A9C


def test_ideal_and_square(tmp_path: Path) -> None:
    font = write_letter_font(tmp_path / "a.ttf", ain=disc)
    drawn = dict(draw_letters(font, size=64, margin=1 / 16))
    assert drawn.keys() == code_points().keys()
    for picture in (one for pair in drawn.values() for one in pair):
        assert picture.shape == (64, 64)
        assert picture.dtype == np.uint8
        assert picture[:4].min() == picture[-4:].min() == 255  # margin of a sixteenth
        assert picture[4:60].min() == 0
    ideal, square = drawn["ain"]
    # A disc 56 pixels wide covers pi / 4 of its box, an octagon 0.828.
    assert (255 - ideal).sum() / 255 == pytest.approx(np.pi / 4 * 56**2, rel=0.01)
    assert (255 - square).sum() / 255 == pytest.approx(0.828 * 56**2, rel=0.01)
    bar = drawn["heh"]
    np.testing.assert_array_equal(bar.ideal, bar.square)  # nothing to square in a bar


def test_a_font_that_lacks_a_letter_is_named_with_it(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"a\.ttf: letter geem, U\+10A94: it is not in the font"):
        list(draw_letters(write_letter_font(tmp_path / "a.ttf", without="geem"), 64, 0.1))
    with pytest.raises(FontError, match=r"b\.ttf: letter dal, U\+10A95: empty outline"):
        list(draw_letters(write_letter_font(tmp_path / "b.ttf", dal=nothing), 64, 0.1))


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.woff2").write_text("no font")
    with pytest.raises(FontError, match=r"a\.woff2: not a font file"):
        list(draw_letters(tmp_path / "a.woff2", 64, 0.1))


def rectangle(width: float, height: float) -> Polygon:
    return np.array([[5, 7], [5 + width, 7], [5 + width, 7 + height], [5, 7 + height]], dtype=float)


def grey(polygons: list[Polygon], size: int, margin: float) -> NDArray[np.uint8]:
    return draw_grey(outline_of_polygons(polygons), size, margin)


def test_larger_side_fills_all_but_the_margin_and_the_rest_is_centred() -> None:
    picture = grey([rectangle(20, 40)], size=16, margin=0.125)
    assert picture.dtype == np.uint8
    expected = np.full((16, 16), 255)
    expected[2:14, 5:11] = 0
    assert picture.tolist() == expected.tolist()


def test_up_is_up() -> None:
    low = np.array([[0, 0], [40, 0], [40, 10], [10, 10], [10, 40], [0, 40]], dtype=float)
    picture = grey([low], size=8, margin=0.0)
    assert picture[:6, 2:].min() == 255
    assert picture[6:].max() == 0
    assert picture[:, :2].max() == 0


def test_edges_are_grey_by_what_they_cover() -> None:
    """12 of 16 units: columns 0 and 3 of 4 are half covered."""
    picture = grey([rectangle(12, 16)], size=4, margin=0.0)
    assert picture[0].tolist() == pytest.approx([127.5, 0, 0, 127.5], abs=1)


def test_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="no extent"):
        grey([np.zeros((3, 2))], size=8, margin=0.0)
