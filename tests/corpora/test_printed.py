"""Printed signs of real fonts: what is drawn, and what it says."""

from pathlib import Path

import numpy as np
import pytest

from rasm.corpora.printed import PrintedGlyphs, draw_signs, read_printed, write_printed
from rasm.labels.signs import NO_SIGN, is_sign, script_of
from rasm.raster.glyph import RasterPolicy

DATASET = Path(__file__).parents[2] / "dataset"
POLICY = RasterPolicy(
    size=128, diacritic_size=64, diacritic_ratio=0.25, fill="winding", anchor="top_left"
)


@pytest.fixture(scope="module")
def arimo() -> PrintedGlyphs:
    package = DATASET / "prints/node_modules/@fontsource/arimo"
    drawn = [glyph for file in draw_signs(package, POLICY) for glyph in file]
    return PrintedGlyphs(
        texts=np.array([glyph.text for glyph in drawn]),
        packages=np.array([glyph.package for glyph in drawn]),
        splits=np.array(["train"] * len(drawn)),
        rasters=np.stack([glyph.raster for glyph in drawn]),
        cues=np.array([glyph.cues for glyph in drawn], dtype=np.float32),
    )


def test_each_sign_once_a_weight_in_all_scripts(arimo: PrintedGlyphs) -> None:
    texts, counts = np.unique(arimo.texts, return_counts=True)
    assert counts.max() == 2  # regular and bold
    assert {"A", "ß", "Ω", "ς", "Ж", "ש", "7", ",", "€"} <= set(texts.tolist())
    assert NO_SIGN not in texts.tolist()


def test_a_capital_is_the_small_letter_drawn_larger(arimo: PrintedGlyphs) -> None:
    """Pictures of c and C are much alike; that one is higher is told beside."""
    small, large = (arimo.cues[arimo.texts == text][0] for text in "cC")
    assert large[1] - small[1] > 0.3  # log2 of the height


def test_arabic_glyphs_say_nothing() -> None:
    package = DATASET / "fonts/node_modules/@fontsource/tajawal"
    files = list(draw_signs(package, POLICY))
    of_file = [{glyph.text for glyph in file} for file in files]
    assert {NO_SIGN} in of_file
    assert any("A" in texts and NO_SIGN not in texts for texts in of_file)


def test_what_was_written_is_read_again_and_nothing_else(
    arimo: PrintedGlyphs, tmp_path: Path
) -> None:
    write_printed(tmp_path, arimo)
    found = read_printed(tmp_path)
    assert all(np.array_equal(getattr(found, name), given) for name, given in vars(arimo).items())
    content = (tmp_path / "signs.npz").read_bytes()
    (tmp_path / "signs.npz").write_bytes(content[:-1] + b"x")
    with pytest.raises(ValueError, match=r"signs\.npz is not the file"):
        read_printed(tmp_path)


@pytest.mark.parametrize(("character", "expected"), [("a", True), ("²", False), ("ب", False)])
def test_what_is_a_sign(character: str, expected: bool) -> None:
    assert is_sign(character) is expected


def test_scripts() -> None:
    assert [script_of(text) for text in ("ffi", "ж", "א", "7", "aж")] == [
        *("Latn", "Cyrl", "Hebr", "", ""),
    ]
