"""Opening fonts: every wrapping gives the same font, every kind of damage a reason."""

import hashlib
import io

import pytest
from fontTools.ttLib import TTCollection, TTFont

from rasm.fonts.files import Metrics, Names, face_count, file_hash, open_face
from rasm.fonts.outlines import glyph_contours
from rasm.fonts.sfnt import FontError
from tests.fonts.building import (
    SQUARES,
    SQUARES_CMAP,
    build_font,
    font_bytes,
    package_file,
    square,
)


def changed(data: bytes, *, drop: str = "", upem: int | None = None) -> bytes:
    """The same font without a table, or with other units per em."""
    font = TTFont(io.BytesIO(data))
    if drop:
        del font[drop]
    if upem is not None:
        font["head"].unitsPerEm = upem
    return font_bytes(font)


def collection(*sides: int) -> bytes:
    """A font collection whose faces draw alef as squares of the given sides."""
    fonts = TTCollection()
    fonts.fonts = [build_font({"a": square(0, 0, side)}, {0x627: "a"}) for side in sides]
    buffer = io.BytesIO()
    fonts.save(buffer)
    return buffer.getvalue()


def test_metrics_and_names(squares: bytes) -> None:
    face = open_face(squares)
    assert face.metrics == Metrics(
        upem=1000,
        ascent=800,
        descent=-200,
        typo_ascent=700,
        typo_descent=-300,
        x_height=5,
        cap_height=0,
        line_gap=0,
    )
    assert face.names == Names(family="Squares", style="Bold", weight=700, licence="Free")


def test_font_without_optional_tables(squares: bytes) -> None:
    face = open_face(changed(changed(squares, drop="OS/2"), drop="name"))
    assert (face.metrics.typo_ascent, face.metrics.x_height) == (None, 0)
    assert face.names == Names(family="", style="", weight=400, licence="")


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_web_fonts_are_unpacked(squares: bytes, flavor: str) -> None:
    packed = font_bytes(TTFont(io.BytesIO(squares)), flavor)
    assert packed[:4] != squares[:4]
    expected = [glyph_contours(open_face(squares).font, glyph) for glyph in range(7)]
    assert [glyph_contours(open_face(packed).font, glyph) for glyph in range(7)] == expected


def test_cff_font_opens() -> None:
    font = build_font(SQUARES, SQUARES_CMAP, cff=True)
    assert glyph_contours(open_face(font_bytes(font)).font, 1)


def test_each_face_of_a_collection_opens() -> None:
    data = collection(100, 200)
    assert face_count(data) == 2
    widest = [
        max(
            x
            for path in glyph_contours(open_face(data, index).font, 1)
            for s in path
            for x, _ in s.points
        )
        for index in range(2)
    ]
    assert widest == [100, 200]


def test_a_font_file_is_one_face(squares: bytes) -> None:
    assert face_count(squares) == 1


def test_hash_tells_faces_apart() -> None:
    assert file_hash(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert file_hash(b"abc", 2) == file_hash(b"abc") + ":2"


@pytest.mark.parametrize("length", [0, 3, 4, 11, 40, 300, -8, -200])
def test_truncated_font(squares: bytes, length: int) -> None:
    with pytest.raises(FontError):
        open_face(squares[:length])


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
@pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.95])
def test_truncated_web_font(squares: bytes, flavor: str, part: float) -> None:
    packed = font_bytes(TTFont(io.BytesIO(squares)), flavor)
    with pytest.raises(FontError):
        open_face(packed[: int(len(packed) * part)])


def test_truncated_collection() -> None:
    data = collection(100, 200)
    with pytest.raises(FontError):
        face_count(data[:14])
    with pytest.raises(FontError, match="truncated"):
        open_face(data[:-100], 1)


def test_wrong_magic_is_quoted() -> None:
    with pytest.raises(FontError, match="it starts with b'%PDF'"):
        open_face(b"%PDF-1.4 and more")


@pytest.mark.parametrize("tag", ["head", "hhea", "hmtx", "maxp", "cmap", "glyf", "loca"])
def test_missing_table_is_named(squares: bytes, tag: str) -> None:
    """The table's tag is overwritten in the directory, so it is there but under no known name."""
    at = squares.index(tag.encode(), 12)
    with pytest.raises(FontError, match=f"missing tables: .*{tag}"):
        open_face(squares[:at] + b"zzzz" + squares[at + 4 :])


@pytest.mark.parametrize("upem", [0, 15, 16385])
def test_impossible_units_per_em(squares: bytes, upem: int) -> None:
    with pytest.raises(FontError, match=f"units per em {upem} "):
        open_face(changed(squares, upem=upem))


def test_font_without_character_map() -> None:
    with pytest.raises(FontError, match="no Unicode character map"):
        open_face(font_bytes(build_font({"a": square(0, 0, 9)}, {})))


def test_damaged_table_of_a_real_font_is_a_reason() -> None:
    data = bytearray(package_file("rakkas").read_bytes())
    data[-2000:] = bytes(2000)
    with pytest.raises(FontError, match="broken font"):
        open_face(bytes(data))
