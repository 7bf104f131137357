"""One font file becomes rows, or a refusal by name."""

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from rasm.fonts.files import Names, file_hash
from rasm.fonts.importing import ImportedFont, ImportedGlyph, RefusedFont, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sources import Source
from rasm.fonts.weights import Weights
from tests.fonts.building import (
    BEH,
    build_font,
    build_variable_font,
    font_bytes,
    package_file,
    square,
)

ITEMS = arabic_inventory()


def own(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    return Source(path, f"own/{path.name}", None)


def test_record_of_a_glyph(tmp_path: Path, squares: bytes) -> None:
    (font,) = import_file(own(tmp_path / "squares.ttf", squares), ITEMS, "regular")
    assert isinstance(font, ImportedFont)
    assert (font.source, font.file_hash) == ("own/squares.ttf", file_hash(squares))
    assert font.names == Names("Squares", "Bold", 700, "Free")
    assert {glyph.label: glyph for glyph in font.glyphs}["lam+alef"] == ImportedGlyph(
        label="lam+alef",
        contours='[[["moveTo",[0,0]],["lineTo",[150,0]],["lineTo",[150,150]],'
        '["lineTo",[0,150]],["closePath",null]]]',
        joining_group="LAM+ALEF",
        char_class="ligature",
        width=500,
        lsb=0,
        rsb=350,
        alt_label="ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM",
        codepoints="0644 0627",
    )


def test_every_item_is_accounted_for(tmp_path: Path, squares: bytes) -> None:
    (font,) = import_file(own(tmp_path / "squares.ttf", squares), ITEMS, "regular")
    assert isinstance(font, ImportedFont)
    assert len(font.glyphs) + len(font.skipped) + font.missing == len(ITEMS)
    assert ("beh_final", "same glyphs as the isolated form") in font.skipped


def test_names_of_a_package_win_but_an_empty_licence_is_the_fonts(
    tmp_path: Path, squares: bytes
) -> None:
    path = own(tmp_path / "squares.ttf", squares).path
    (font,) = import_file(Source(path, "x", Names("Family", "normal", 400, "")), ITEMS, "regular")
    assert isinstance(font, ImportedFont)
    assert font.names == Names("Family", "normal", 400, "Free")


def test_faces_of_a_collection(tmp_path: Path) -> None:
    """The second face is Latin: it is refused by name, the first one is read."""
    fonts = TTCollection()
    fonts.fonts = [build_font({"a": square(0, 0, 9)}, {code: "a"}) for code in (0x627, 0x41)]
    buffer = io.BytesIO()
    fonts.save(buffer)
    first, second = import_file(own(tmp_path / "two.ttc", buffer.getvalue()), ITEMS, "regular")
    assert isinstance(first, ImportedFont)
    assert first.source == "own/two.ttc"
    assert second == RefusedFont("own/two.ttc:1", "no Arabic characters")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a font file"),
        (b"<html>", "not a font file"),
        (b"ttcf\0\1\0\0\0\0\xff\xff", "claims 65535 fonts"),
        (b"\0\1\0\0", "broken font"),
    ],
)
def test_broken_file_is_refused_by_name(tmp_path: Path, data: bytes, reason: str) -> None:
    (refused,) = import_file(own(tmp_path / "broken.ttf", data), ITEMS, "regular")
    assert isinstance(refused, RefusedFont)
    assert refused.source == "own/broken.ttf"
    assert reason in refused.reason


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    source = Source(tmp_path / "gone.ttf", "own/gone.ttf", None)
    assert list(import_file(source, ITEMS, "regular")) == [
        RefusedFont("own/gone.ttf", "cannot be read: No such file or directory")
    ]


def test_truncated_package_font(tmp_path: Path) -> None:
    data = package_file("amiri").read_bytes()
    (refused,) = import_file(own(tmp_path / "half.woff2", data[: len(data) // 2]), ITEMS, "regular")
    assert isinstance(refused, RefusedFont)


def variable(named: dict[str, dict[str, int]] | None = None) -> bytes:
    """beh is a square, of side 100 at weight 200 and of 400 at 800."""
    masters = [
        ({"wght": weight}, build_font({"beh": square(0, 0, side)}, {BEH: "beh"}))
        for weight, side in ((200, 100), (800, 400))
    ]
    return font_bytes(build_variable_font(masters, named))


def test_instances_of_a_variable_font_are_fonts_of_one_family(tmp_path: Path) -> None:
    """The side grows by half a unit a weight: 100, 200, 400."""
    data = variable({"Black": {"wght": 800}})
    outcomes = import_file(own(tmp_path / "v.ttf", data), ITEMS, "spread")
    fonts = [font for font in outcomes if isinstance(font, ImportedFont)]
    assert [(font.source, font.file_hash) for font in fonts] == [
        (f"own/v.ttf@wght={weight}", f"{file_hash(data)}@wght={weight}")
        for weight in (200, 400, 800)
    ]
    assert [font.names for font in fonts] == [
        Names("Squares", style, weight, "Free")
        for style, weight in (("Bold wght=200", 200), ("Bold wght=400", 400), ("Black", 800))
    ]
    assert [font.glyphs[0].rsb for font in fonts] == [500 - 100, 500 - 200, 500 - 400]


@pytest.mark.parametrize(
    ("weights", "found"),
    [("regular", [400]), ("spread", [200, 400, 800]), ("all", [*range(200, 801, 100)])],
)
def test_an_instance_is_the_same_font_whatever_else_is_imported(
    tmp_path: Path, weights: Weights, found: list[int]
) -> None:
    data = variable()
    outcomes = import_file(own(tmp_path / "v.ttf", data), ITEMS, weights)
    fonts = [font for font in outcomes if isinstance(font, ImportedFont)]
    assert [font.names.weight for font in fonts] == found
    (regular,) = import_file(own(tmp_path / "v.ttf", data), ITEMS, "regular")
    assert regular in fonts


def test_broken_instances_are_refused_by_name(tmp_path: Path) -> None:
    data = variable()
    at = TTFont(io.BytesIO(data)).reader.tables["gvar"].offset
    data = data[:at] + bytes(20) + data[at + 20 :]
    refused = list(import_file(own(tmp_path / "v.ttf", data), ITEMS, "spread"))
    assert all(isinstance(one, RefusedFont) for one in refused)
    assert [one.source for one in refused] == [f"own/v.ttf@wght={w}" for w in (200, 400, 800)]
