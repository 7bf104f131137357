"""Characters of font packages: which are taken, from which file, and how they are drawn."""

import json
from pathlib import Path

import numpy as np
import pytest

from rasm.corpora.scripts import RIM, DrawnCharacter, draw_packages, locked_packages, picture_of
from rasm.fonts.sfnt import FontError
from rasm.fonts.sources import SourcesError
from rasm.raster.packing import unpack
from tests.corpora.world_fonts import PACKAGES, SIZE, characters_of, drawn_here
from tests.fonts.building import Draw, build_font, font_bytes, polygon

ASCII = {ord(character) for character in "abcdefghijklmnopqrstuvwxyz0123456789"} | {
    ord(character) for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
}
OGHAM = set(range(0x1681, 0x169B))  # beith to peith, without space and feather marks
THAI = {*range(0x0E01, 0x0E31), 0x0E32, 0x0E33, *range(0x0E40, 0x0E46), *range(0x0E50, 0x0E5A)}
WIDE = polygon((0, 0), (800, 0), (800, 200), (0, 200))
TALL = polygon((0, 0), (200, 0), (200, 800), (0, 800))


def mask_of(character: DrawnCharacter) -> np.ndarray:
    return unpack(np.frombuffer(character.mask, dtype=np.uint8))


def codes(characters: tuple[DrawnCharacter, ...], script: str) -> list[int]:
    return [character.codepoint for character in characters if character.script == script]


def package_of(folder: Path, files: dict[str, dict[int, Draw]], id_: str = "toy") -> Path:
    """An installed package; `files` are what each draws, by SUBSET-WEIGHT-STYLE."""
    (folder / id_ / "files").mkdir(parents=True)
    for name, shapes in files.items():
        glyphs = {f"u{code:04X}": shape for code, shape in shapes.items()}
        font = build_font(glyphs, {code: f"u{code:04X}" for code in shapes})
        (folder / id_ / "files" / f"{id_}-{name}.woff2").write_bytes(font_bytes(font))
    return folder / id_


@pytest.mark.parametrize(
    ("package", "script", "expected"),
    [("noto-sans-ogham", "Ogam", OGHAM), ("noto-sans-thai", "Thai", THAI)],
)
def test_a_package_gives_its_script_and_ascii(
    package: str, script: str, expected: set[int]
) -> None:
    characters = characters_of(package)
    assert set(codes(characters, script)) == expected
    assert set(codes(characters, "Latn")) == ASCII
    assert len(characters) == len(expected) + 62  # each once
    assert {character.font for character in characters} == {package}


def test_of_latin_only_ascii_is_taken() -> None:
    characters = characters_of("caveat")
    assert set(codes(characters, "Latn")) == ASCII
    assert {character.script for character in characters} == {"Latn", "Cyrl"}
    assert set(range(0x0410, 0x0450)) <= set(codes(characters, "Cyrl"))


def test_a_character_is_centred_and_fills_all_but_the_rim() -> None:
    for character in characters_of("noto-sans-thai"):
        mask = mask_of(character)
        assert mask.shape == (SIZE, SIZE)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        for inked in (rows, columns):
            before, after = inked[0], SIZE - 1 - inked[-1]
            assert min(before, after) >= RIM
            assert abs(before - after) <= 2
        longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        assert SIZE - 2 * RIM - 2 <= longer <= SIZE - 2 * RIM, chr(character.codepoint)


def test_a_bar_is_drawn_as_it_is(tmp_path: Path) -> None:
    """Four times as high as wide: 24 pixels high in a rim of 4, so 6 wide."""
    (bar,) = drawn_here([package_of(tmp_path, {"latin-400-normal": {65: TALL}})], 32, [])
    expected = np.zeros((32, 32), dtype=bool)
    expected[4:28, 13:19] = True
    assert bar.codepoint == 65
    np.testing.assert_array_equal(mask_of(bar), expected)
    picture = picture_of(bar)
    assert picture.dtype == np.uint8
    np.testing.assert_array_equal(picture, np.where(expected, 0, 255))


@pytest.mark.parametrize(
    ("weights", "chosen"), [((300, 700), 300), ((300, 500), 300), ((200, 500), 500), ((900,), 900)]
)
def test_the_upright_file_nearest_to_regular_is_drawn(
    tmp_path: Path, weights: tuple[int, ...], chosen: int
) -> None:
    files = {f"latin-{w}-normal": {65: WIDE if w == chosen else TALL} for w in weights}
    package = package_of(tmp_path, {**files, "latin-400-italic": {65: TALL}})
    (character,) = drawn_here([package], 32, [])
    assert mask_of(character).any(axis=0).sum() == 24  # WIDE


def test_what_is_taken_of_each_subset(tmp_path: Path) -> None:
    """Letters, digits and spacing marks with a script; of Latin ASCII alone, in every subset."""
    common = {0x31: TALL, 0x2B: TALL, 0x41: TALL, 0xE9: TALL}  # 1 + A e-acute
    package = package_of(
        tmp_path,
        {
            "latin-400-normal": common,
            "latin-ext-400-normal": {0x0100: TALL, 0x42: TALL},
            "vietnamese-400-normal": {0x01A0: TALL},
            "7-400-normal": {0x4E00: TALL},
            # KA, sign AA (spacing), sign U (not), danda (of no script), e-macron
            "devanagari-400-normal": {
                code: WIDE for code in (0x0915, 0x093E, 0x0941, 0x0964, 0x0113, 0x41)
            },
        },
    )
    found = drawn_here([package], 32, [])
    assert [(c.codepoint, c.script) for c in found] == [
        (0x41, "Latn"),
        (0x0915, "Deva"),
        (0x093E, "Deva"),
        (0x31, "Latn"),
    ]
    assert mask_of(found[0]).any(axis=0).sum() == 24  # the A of the first subset by name
    assert [c.codepoint for c in drawn_here([package], 32, ["Deva"])] == [0x41, 0x31]
    assert [c.codepoint for c in drawn_here([package], 32, ["Latn"])] == [0x0915, 0x093E]


def test_characters_without_ink_are_left_out(tmp_path: Path) -> None:
    flat = polygon((0, 0), (100, 0), (200, 0))
    files = {"latin-400-normal": {65: TALL, 66: flat, 67: lambda pen: None}}
    found = drawn_here([package_of(tmp_path, files)], 32, [])
    assert [character.codepoint for character in found] == [65]


def test_packages_come_in_their_order_in_processes_too(tmp_path: Path) -> None:
    one = package_of(tmp_path, {"latin-400-normal": {66: TALL, 65: WIDE}}, "zeta")
    two = package_of(tmp_path, {"latin-400-normal": {65: TALL}}, "alpha")
    found = draw_packages([one, two], 32, [])
    assert [(c.font, c.codepoint) for c in found] == [("zeta", 65), ("zeta", 66), ("alpha", 65)]
    assert found == drawn_here([one, two], 32, [])


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    package = package_of(tmp_path, {"latin-400-normal": {65: TALL}})
    file = package / "files" / "toy-latin-400-normal.woff2"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(FontError, match=f"{file}: .* run 'make fonts'"):
        drawn_here([package], 32, [])


def test_a_package_without_upright_files_is_named(tmp_path: Path) -> None:
    package = package_of(tmp_path, {"latin-400-italic": {65: TALL}})
    with pytest.raises(SourcesError, match="font package toy has no file toy-"):
        drawn_here([package], 32, [])


def lock_of(folder: Path, **versions: str) -> Path:
    packages = {f"node_modules/@fontsource/{id_}": {"version": v} for id_, v in versions.items()}
    lock = folder / "package-lock.json"
    lock.write_text(json.dumps({"packages": packages}))
    for id_ in versions:
        (folder / id_).mkdir()
        (folder / id_ / "package.json").write_text(json.dumps({"version": "1.0.0"}))
    return lock


def test_all_locked_packages_or_those_asked_for(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, ogham="1.0.0", caveat="1.0.0", thai="1.0.0")
    every = [tmp_path / "caveat", tmp_path / "ogham", tmp_path / "thai"]
    assert locked_packages(tmp_path, lock, []) == every
    assert locked_packages(tmp_path, lock, ["thai", "caveat"]) == [every[0], every[2]]


def test_packages_that_are_not_as_locked_are_named(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, ogham="1.0.0", caveat="2.0.0")
    with pytest.raises(SourcesError, match="package-lock.json does not pin tai, thay"):
        locked_packages(tmp_path, lock, ["thay", "ogham", "tai"])
    with pytest.raises(SourcesError, match="caveat: 1.0.0 is installed, 2.0.0 is locked"):
        locked_packages(tmp_path, lock, [])
    (tmp_path / "ogham" / "package.json").unlink()
    with pytest.raises(SourcesError, match="ogham is not installed; run 'make fonts'"):
        locked_packages(tmp_path, lock, ["ogham"])
    with pytest.raises(SourcesError, match="no.json does not exist"):
        locked_packages(tmp_path, tmp_path / "no.json", [])


def test_the_installed_packages_are_as_locked() -> None:
    lock = PACKAGES.parents[1] / "package-lock.json"
    chosen = locked_packages(PACKAGES, lock, ["noto-sans-ogham", "caveat"])
    assert [package.name for package in chosen] == ["caveat", "noto-sans-ogham"]
