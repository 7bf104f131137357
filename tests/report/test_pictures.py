"""Glyphs, heat and captions."""

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from rasm.report.pictures import Strip, Tile, data_uri, glyph, wrap, write_strips
from tests.report.sheets import seen

MASK = np.eye(4, dtype=np.bool_)


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


def test_sheet_shows_pictures_titles_captions_and_heading(tmp_path: Path) -> None:
    black, grey = (np.full((64, 64, 3), value, dtype=np.uint8) for value in (0, 90))
    sheets = []
    for heading, title, tiles, columns in (
        ("Heading", "A title", [Tile(black, ["beh", "Oi"])] * 3, 2),
        ("Other", "A title", [Tile(black, ["beh", "Oi"])] * 3, 2),
        ("Heading", "Other", [Tile(black, ["beh", "Oi"])] * 3, 2),
        ("Heading", "A title", [Tile(grey, ["beh", "Oi"])] * 3, 2),
        ("Heading", "A title", [Tile(black, ["beh", "Cairo"])] * 3, 2),
        ("Heading", "A title", [Tile(black, ["beh", "Oi"])] * 2, 2),
        ("Heading", "A title", [Tile(black, ["beh", "Oi"])] * 3, 3),
    ):
        path = tmp_path / "new" / "sheet.png"
        write_strips(path, [heading], [Strip(title, tiles)], columns)
        sheets.append(seen(path))
    assert len({sheet.tobytes() for sheet in sheets}) == len(sheets)
    ink = [(sheet == 0).all(axis=2).sum() for sheet in sheets]
    assert ink[0] >= 3 * 64 * 64 and ink[5] >= 2 * 64 * 64, "tiles are whole"


def test_a_sheet_without_tiles_still_has_its_heading(tmp_path: Path) -> None:
    write_strips(tmp_path / "sheet.png", ["Nothing to see"], [Strip("None", [])], 3)
    assert seen(tmp_path / "sheet.png").min() < 100
