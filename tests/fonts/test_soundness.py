"""Glyphs that cannot be drawn are found by name."""

import io
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

from rasm.fonts.soundness import Soundness
from tests.fonts.building import build_font, font_bytes, square


def reopened(font: TTFont) -> TTFont:
    return TTFont(io.BytesIO(font_bytes(font)), lazy=True)


def with_components(parts: dict[str, list[str]]) -> TTFont:
    """A font of composite glyphs as given; a name that is not a key is a square."""
    names = sorted({name for key, value in parts.items() for name in (key, *value)})
    font = build_font({name: square(0, 0, 100) for name in names}, {0x627: names[0]})
    glyf: Any = font["glyf"]
    for name, components in parts.items():
        glyph = Glyph()
        glyph.numberOfContours = -1
        glyph.components = []
        for part in components:
            item = GlyphComponent()
            item.glyphName, item.x, item.y, item.flags = part, 0, 0, 2
            glyph.components.append(item)
        glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
        glyf.glyphs[name] = glyph
    # No bounding boxes: to compute one of a cycle would never end.
    font.recalcBBoxes = False
    return font


def faults(font: TTFont) -> dict[str, str | None]:
    soundness = Soundness(font)
    return {name: soundness.fault(font.getGlyphID(name)) for name in font.getGlyphOrder()[1:]}


def test_sound_glyphs_have_no_fault() -> None:
    font = reopened(with_components({"a": ["b", "c"], "c": ["b"]}))
    assert faults(font) == {"a": None, "b": None, "c": None}


def test_cycle_is_named_for_every_glyph_that_runs_into_it() -> None:
    font = reopened(with_components({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["e"]}))
    assert faults(font) == {
        "a": "cyclic composite glyph: a > b > c > b",
        "b": "cyclic composite glyph: b > c > b",
        "c": "cyclic composite glyph: c > b > c",
        "d": None,
        "e": None,
    }


def test_glyph_that_contains_itself() -> None:
    assert faults(reopened(with_components({"a": ["a"]}))) == {"a": "cyclic composite glyph: a > a"}


def test_deep_nesting_is_refused() -> None:
    deep = {f"g{at:02}": [f"g{at + 1:02}"] for at in range(70)}
    assert "nested deeper than 64" in str(faults(reopened(with_components(deep)))["g00"])


def test_glyph_that_multiplies_is_refused_before_anything_draws_it() -> None:
    """Each glyph is the next two: 1, 1, 2, 3, 5 ... outlines from the end, 987 in the 16th."""
    names = [f"g{at:02}" for at in range(32)]
    font = with_components({names[at]: names[at + 1 : at + 3] for at in range(30)})
    found = [faults(reopened(font))[name] for name in reversed(names)]
    assert found[:16] == [None] * 16
    assert set(found[16:]) == {"composite glyph g15 is made of more than 1000 outlines"}


def test_component_that_does_not_exist() -> None:
    font = with_components({"a": ["b"]})
    data = font_bytes(font)
    # The component record is (flags, glyph, x, y); b is glyph 2, and there is no glyph 99.
    glyf = TTFont(io.BytesIO(data)).reader.tables["glyf"]
    at = data.index(b"\0\2", glyf.offset + 12)
    broken = data[:at] + b"\0\x63" + data[at + 2 :]
    found = faults(TTFont(io.BytesIO(broken), lazy=True))
    assert str(found["a"]).startswith("broken glyph a: ")
    assert found["b"] is None


def test_broken_charstring() -> None:
    font = build_font({"a": square(0, 0, 9), "b": square(0, 0, 9)}, {0x627: "a"}, cff=True)
    charstrings = font["CFF "].cff.topDictIndex[0].CharStrings
    charstrings["b"].program = [5, "callsubr"]
    font.recalcBBoxes = False
    found = faults(reopened(font))
    assert found["a"] is None
    assert str(found["b"]).startswith("broken glyph b: ")
