"""Files drawn as their glyphs drawn one by one are, in order, and whatever is wrong with one."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTCollection

from rasm.raster.face import draw_file
from rasm.raster.packing import unpack
from tests.fonts.building import (
    ALEF,
    LAM,
    SQUARES,
    SQUARES_CMAP,
    build_font,
    font_bytes,
    nothing,
    package_file,
)
from tests.raster.real_glyphs import DEFAULT, rasters_of


def collection() -> bytes:
    """A face with alef and lam, squares of 100 and 400 units of 1,000, and one with alef alone."""
    both = build_font(SQUARES, {ALEF: "alef", LAM: "lam"})
    alone = build_font(SQUARES, {ALEF: "alef"})
    fonts = TTCollection()
    fonts.fonts = [both, alone]
    buffer = io.BytesIO()
    fonts.save(buffer)
    return buffer.getvalue()


def test_every_glyph_of_a_real_font() -> None:
    drawn = draw_file(package_file("tajawal"), DEFAULT)
    (face,) = drawn.faces
    assert (face.name, drawn.error) == (package_file("tajawal").name, "")
    expected = rasters_of("tajawal")
    assert [item.label for item in face.items] == list(expected)
    for mask, raster in zip(unpack(face.rasters), expected.values(), strict=True):
        np.testing.assert_array_equal(mask, raster.mask)


def test_each_face_of_a_collection_has_its_number(tmp_path: Path) -> None:
    """Squares fill the picture, or half of it where they are below a quarter of the em span."""
    path = tmp_path / "two.ttc"
    path.write_bytes(collection())
    first, second = draw_file(path, DEFAULT).faces
    assert (first.name, second.name) == ("two.ttc:0", "two.ttc:1")
    assert [item.label for item in first.items] == ["alef", "lam"]
    assert unpack(first.rasters).sum(axis=(1, 2)).tolist() == [64 * 64, 128 * 128]
    assert [item.label for item in second.items] == ["alef"]
    em = 2.0 ** first.cues[:, :2]  # width and height of each square
    np.testing.assert_allclose(em, [[0.1, 0.1], [0.4, 0.4]], rtol=1e-6)


def test_faces_before_a_broken_one_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "half.ttc"
    data = bytearray(collection())
    second = int.from_bytes(data[16:20], "big")
    data[second : second + 4] = b"what"
    path.write_bytes(data)
    drawn = draw_file(path, DEFAULT)
    assert [face.name for face in drawn.faces] == ["half.ttc:0"]
    assert drawn.error


def test_a_font_without_ink_draws_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.ttf"
    path.write_bytes(font_bytes(build_font(dict.fromkeys(SQUARES, nothing), SQUARES_CMAP)))
    (face,) = draw_file(path, DEFAULT).faces
    assert face.items == ()
    assert face.rasters.shape == (0, 128 * 128 // 8)


@pytest.mark.parametrize("content", [None, b"no font"])
def test_what_is_no_font_has_an_error(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "none.ttf"
    if content is not None:
        path.write_bytes(content)
    drawn = draw_file(path, DEFAULT)
    assert drawn.path == path
    assert drawn.faces == ()
    assert drawn.error


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    assert "pipe.ttf is a named pipe" in draw_file(tmp_path / "pipe.ttf", DEFAULT).error
