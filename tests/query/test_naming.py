"""A font that lost its names: glyphs are named by their shapes, and written back."""

import io
import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from typer.testing import CliRunner

import rasm
from bench import documents
from rasm.pdf.cmaps import parse_cmap
from rasm.query.cli import app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TTFont]:
    """A font of a test family without map, names and layout, and as it was."""
    folder = tmp_path_factory.mktemp("fonts")
    path, _ = documents.font_file("tajawal", folder)
    whole = TTFont(io.BytesIO(path.read_bytes()))
    font = TTFont(path)
    for table in ("cmap", "post", "GSUB", "GPOS", "GDEF", "name"):
        del font[table]
    font.save(folder / "bare.ttf")
    return folder / "bare.ttf", whole


def test_letters_are_named_and_mapped_again(bare: tuple[Path, TTFont]) -> None:
    path, whole = bare
    out, texts = path.with_name("named.ttf"), path.with_name("to_unicode")
    options = ["--write", str(out), "--tounicode", str(texts), "--json"]
    result = CliRunner().invoke(app, ["name", str(path), *options])
    assert result.exit_code == 0
    told = {one["glyph"]: one for one in json.loads(result.stdout)}
    place = {name: number for number, name in enumerate(whole.getGlyphOrder())}
    letters = {c: place[n] for c, n in whole.getBestCmap().items() if 0x621 <= c <= 0x64A}
    named = [told[glyph]["text"] == chr(code) for code, glyph in letters.items()]
    assert sum(named) / len(named) > 0.8
    font = TTFont(out)
    mapped = {c: font.getGlyphID(name) for c, name in font.getBestCmap().items()}
    kept = [mapped.get(code) == glyph for code, glyph in letters.items()]
    assert sum(kept) / len(kept) > 0.7
    assert any(name.endswith(".init") for name in font.getGlyphOrder())
    assert parse_cmap(texts.read_bytes()).texts[letters[0x62C]] == "ج"
    assert whole["glyf"][whole.getGlyphOrder()[5]] == font["glyf"][font.getGlyphOrder()[5]]


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_a_packed_font_is_named_as_what_it_packs(
    flavor: str, bare: tuple[Path, TTFont], tmp_path: Path
) -> None:
    path, _ = bare
    packed, out = tmp_path / f"bare.{flavor}", tmp_path / "named.ttf"
    font = TTFont(path)
    font.flavor = flavor
    font.save(packed)
    result = CliRunner().invoke(app, ["name", str(packed), "--write", str(out), "--json"])
    plain = CliRunner().invoke(app, ["name", str(path), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(plain.stdout)
    assert TTFont(out).flavor is None
    assert 0x62C in TTFont(out).getBestCmap()


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"no font at all")
    result = CliRunner().invoke(app, ["name", str(tmp_path / "no.ttf")])
    assert result.exit_code == 2
    assert "no.ttf: not a font file" in result.stderr


def test_the_same_in_python(bare: tuple[Path, TTFont]) -> None:
    path, whole = bare
    named = {one.glyph: one for one in rasm.name_font(path)}
    assert named[whole.getGlyphID(whole.getBestCmap()[0x62C])].name == "uni062C"
