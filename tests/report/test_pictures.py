"""Glyphs, heat and captions, read back pixel by pixel."""

import base64
import doctest
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from rasm.report import pictures
from rasm.report.pictures import Strip, Tile, data_uri, glyph, wrap, write_strips

MASK = np.eye(4, dtype=np.bool_)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(pictures).attempted > 0
    assert doctest.testmod(pictures).failed == 0


def test_plain_glyph_is_dark_on_white() -> None:
    picture = glyph(MASK)
    assert picture.shape == (4, 4, 3) and picture.dtype == np.uint8
    assert (picture[~MASK] == 255).all()
    assert (picture[MASK] < 60).all()


def test_heat_tints_its_own_cell_and_no_other() -> None:
    """2 x 2 cells of 2 x 2 pixels: warm, none / none, cold."""
    heat = np.array([[1, 0], [0, -1]], dtype=np.float32)
    picture = glyph(MASK, heat).astype(int)
    red, blue = picture[..., 0], picture[..., 2]
    assert (red[:2, :2] > blue[:2, :2]).all()
    assert (blue[2:, 2:] > red[2:, 2:]).all()
    plain = glyph(MASK)
    assert (picture[:2, 2:] == plain[:2, 2:]).all() and (picture[2:, :2] == plain[2:, :2]).all()


def test_ink_stays_darker_than_paper_whatever_the_heat() -> None:
    for value in np.linspace(-1, 1, 9):
        picture = glyph(MASK, np.full((2, 2), value, dtype=np.float32)).astype(int)
        assert picture[MASK].sum(axis=1).max() + 150 < picture[~MASK].sum(axis=1).min()


def test_data_uri_holds_the_picture() -> None:
    head, text = data_uri(glyph(MASK)).split(",")
    assert head == "data:image/png;base64"
    with Image.open(BytesIO(base64.b64decode(text))) as image:
        np.testing.assert_array_equal(np.asarray(image), glyph(MASK))


def test_wrap_keeps_every_word_and_breaks_where_it_may() -> None:
    assert wrap("one two", 99, len) == ["one two"]
    assert wrap("", 9, len) == [""]
    assert wrap("alef_with_hamza", 8, len) == ["alef_", "with_", "hamza"]
    assert wrap("unbreakable", 4, len) == ["unbreakable"]


def test_sheet_shows_each_picture_framed_under_its_title(tmp_path: Path) -> None:
    """Three black tiles in two columns are two rows: two tiles' widths, and text below each."""
    black = np.zeros((64, 64, 3), dtype=np.uint8)
    path = tmp_path / "new" / "sheet.png"
    strip = Strip("A title", [Tile(black, ["beh", "Oi"])] * 3)
    write_strips(path, ["Heading"], [strip], 2)
    with Image.open(path) as image:
        sheet = np.asarray(image).astype(int).sum(axis=2)
    (rows,) = np.nonzero((sheet[:, 15:79] == 0).all(axis=1))
    (columns,) = np.nonzero((sheet[rows[0] : rows[0] + 64] == 0).all(axis=0))
    assert len(rows) == 2 * 64 and len(columns) == 2 * 64
    first_top, second_top = rows[0], rows[64]
    caption = sheet[first_top + 66 : second_top - 1, 14:79]
    assert caption.min() < 200, "the caption is not drawn"
    assert (sheet[second_top : second_top + 64, 180:] == 765).all(), "a fourth tile there is not"


def test_a_sheet_without_tiles_still_has_its_heading(tmp_path: Path) -> None:
    write_strips(tmp_path / "sheet.png", ["Nothing to see"], [Strip("None", [])], 3)
    with Image.open(tmp_path / "sheet.png") as image:
        assert np.asarray(image).min() < 100
