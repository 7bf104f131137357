"""Letters from a font: their names, both drawings by hand, and fonts that will not do."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.corpora.letter_font import code_points, draw_grey, draw_letters
from rasm.fonts.sfnt import FontError
from rasm.raster.outline import Polygon, outline_of_polygons
from tests.corpora.letter_fonts import disc, write_letter_font
from tests.fonts.building import nothing


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
