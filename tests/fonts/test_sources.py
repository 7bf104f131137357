"""Which font files are used."""

import json
from pathlib import Path

import pytest

from rasm.fonts.files import Names
from rasm.fonts.sources import (
    Source,
    SourcesError,
    font_packages,
    locked_versions,
    metadata,
    own_sources,
    package_sources,
    weight_files,
)
from rasm.fonts.weights import Weights
from tests.fonts.building import FONTS

LOCK = FONTS / "package-lock.json"


def install(folder: Path, id_: str, version: str, files: list[str]) -> Path:
    """A package of Fontsource as npm leaves it, its fonts empty."""
    package = folder / "node_modules/@fontsource" / id_
    (package / "files").mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"version": version}))
    (package / "metadata.json").write_text(
        json.dumps({"family": id_.title(), "license": {"type": "OFL-1.1"}})
    )
    for name in files:
        (package / "files" / name).touch()
    return package


def lock_of(folder: Path, versions: dict[str, str]) -> Path:
    packages = {f"node_modules/@fontsource/{id_}": {"version": v} for id_, v in versions.items()}
    return written_lock(folder, packages)


def written_lock(folder: Path, packages: dict[str, dict[str, str]]) -> Path:
    lock = folder / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"": {}, **packages}}))
    return lock


def describe(folder: Path, package: str, files: dict[str, str]) -> None:
    others = [{"package": package, "family": "Sahel", "licence": "OFL-1.1", "files": files}]
    (folder / "others.json").write_text(json.dumps(others))


def test_only_upright_arabic_files_count(tmp_path: Path) -> None:
    package = install(
        tmp_path,
        "kufi-arabic",
        "1.0.0",
        [
            "kufi-arabic-arabic-700-normal.woff2",
            "kufi-arabic-arabic-50-normal.woff2",
            "kufi-arabic-arabic-400-normal.woff",
            "kufi-arabic-arabic-400-italic.woff2",
            "kufi-arabic-latin-ext-500-normal.woff2",
            "kufi-arabic-latin-400-normal.woff2",
        ],
    )
    assert {weight: path.name for weight, path in weight_files(package).items()} == {
        50: "kufi-arabic-arabic-50-normal.woff2",
        700: "kufi-arabic-arabic-700-normal.woff2",
    }


def test_sources_of_packages(tmp_path: Path) -> None:
    for id_ in ("one", "two"):
        install(tmp_path, id_, "1.2.3", [f"{id_}-arabic-400-normal.woff2"])
    lock_of(tmp_path, {"one": "1.2.3", "two": "1.2.3"})
    assert package_sources(tmp_path, "regular", ["two"]) == [
        Source(
            tmp_path / "node_modules/@fontsource/two/files/two-arabic-400-normal.woff2",
            "@fontsource/two@1.2.3/two-arabic-400-normal.woff2",
            Names("Two", "normal", 400, "OFL-1.1"),
        )
    ]
    assert len(package_sources(tmp_path, "regular", [])) == 2


def test_a_package_of_another_layout_is_described(tmp_path: Path) -> None:
    install(tmp_path, "one", "1.2.3", ["one-arabic-400-normal.woff2"])
    ours = {"node_modules/@fontsource/one": {"version": "1.2.3"}}
    written_lock(tmp_path, {**ours, "node_modules/sahel-font": {"version": "3.4.0"}})
    package = tmp_path / "node_modules/sahel-font"
    package.mkdir()
    (package / "package.json").write_text('{"version": "3.4.0"}')
    describe(tmp_path, "sahel-font", {"900": "Black.ttf", "400": "Sahel.ttf"})
    with pytest.raises(SourcesError, match=r"sahel-font 3\.4\.0 has no file Sahel\.ttf"):
        font_packages(tmp_path)
    (package / "Sahel.ttf").touch()
    (package / "Black.ttf").touch()
    one, sahel = font_packages(tmp_path)
    assert (one.family, sahel.family) == ("One", "Sahel")
    assert list(sahel.files) == [400, 900]
    assert package_sources(tmp_path, "regular", ["sahel-font"]) == [
        Source(
            package / "Sahel.ttf",
            "sahel-font@3.4.0/Sahel.ttf",
            Names("Sahel", "normal", 400, "OFL-1.1"),
        )
    ]


def test_what_is_described_is_locked(tmp_path: Path) -> None:
    lock_of(tmp_path, {"one": "1.2.3"})
    describe(tmp_path, "sahel-font", {"400": "Sahel.ttf"})
    with pytest.raises(SourcesError, match=r"package-lock\.json does not pin sahel-font"):
        font_packages(tmp_path)
    (tmp_path / "others.json").write_text('[{"package": "sahel-font"}]')
    with pytest.raises(SourcesError, match=r"others\.json"):
        font_packages(tmp_path)


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [("regular", [400]), ("spread", [300, 400, 900]), ("all", [300, 400, 700, 900])],
)
def test_weights_of_a_package(tmp_path: Path, weights: Weights, chosen: list[int]) -> None:
    files = [f"one-arabic-{weight}-normal.woff2" for weight in (300, 400, 700, 900)]
    install(tmp_path, "one", "1.2.3", files)
    lock_of(tmp_path, {"one": "1.2.3"})
    sources = package_sources(tmp_path, weights, [])
    assert [source.names.weight for source in sources if source.names] == chosen


def test_unknown_family_lists_the_known_ones(tmp_path: Path) -> None:
    lock_of(tmp_path, {"amiri": "1.0.0", "cairo": "1.0.0"})
    with pytest.raises(SourcesError, match="unknown amri; known: amiri, cairo"):
        package_sources(tmp_path, "regular", ["amri"])


def test_packages_must_be_installed_as_locked(tmp_path: Path) -> None:
    lock_of(tmp_path, {"amiri": "2.0.0"})
    with pytest.raises(SourcesError, match="amiri is not installed; run 'make fonts'"):
        package_sources(tmp_path, "regular", [])
    install(tmp_path, "amiri", "1.0.0", [])
    with pytest.raises(SourcesError, match=r"1\.0\.0 is installed, 2\.0\.0 is locked; run 'make"):
        package_sources(tmp_path, "regular", [])


def test_package_without_arabic_file(tmp_path: Path) -> None:
    install(tmp_path, "latin", "1.0.0", ["latin-latin-400-normal.woff2"])
    lock_of(tmp_path, {"latin": "1.0.0"})
    with pytest.raises(SourcesError, match="latin-arabic-"):
        package_sources(tmp_path, "regular", [])


def test_lock_that_is_no_lock(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="does not exist"):
        locked_versions(tmp_path / "package-lock.json")
    (tmp_path / "package-lock.json").write_text("{")
    with pytest.raises(SourcesError, match=r"package-lock\.json is not JSON"):
        locked_versions(tmp_path / "package-lock.json")
    with pytest.raises(SourcesError, match="pins no @fontsource packages"):
        locked_versions(lock_of(tmp_path, {}))


def test_both_spellings_of_metadata(tmp_path: Path) -> None:
    package = install(tmp_path, "blaka", "1.0.0", [])
    assert metadata(package) == ("Blaka", "OFL-1.1")
    (package / "metadata.json").write_text(
        json.dumps({"fontName": "Blaka Two", "license": "a link to many licences"})
    )
    assert metadata(package) == ("Blaka Two", "")


def test_own_fonts_are_found_in_depth_by_suffix(tmp_path: Path) -> None:
    for name in ("b.TTF", "deep/er/a.otf", "deep/c.ttc", "readme.md", "x.woff", "y.woff2"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [source.name for source in own_sources(tmp_path)] == [
        "own/b.TTF",
        "own/deep/c.ttc",
        "own/deep/er/a.otf",
        "own/x.woff",
        "own/y.woff2",
    ]
    with pytest.raises(SourcesError, match="is not a folder"):
        own_sources(tmp_path / "nowhere")


def test_shipped_manifest_and_lock_agree_and_name_no_address() -> None:
    wanted = json.loads((FONTS / "package.json").read_text())["dependencies"]
    locked = json.loads(LOCK.read_text())["packages"]
    pinned = {
        name.removeprefix("node_modules/"): one["version"] for name, one in locked.items() if name
    }
    assert wanted == pinned
    assert len(locked_versions(LOCK)) == 52
    described = {one["package"] for one in json.loads((FONTS / "others.json").read_text())}
    assert described == {name for name in wanted if not name.startswith("@fontsource/")}
    assert "resolved" not in LOCK.read_text()


def test_installed_packages_give_267_fonts_of_62_families() -> None:
    assert len(package_sources(FONTS, "all", [])) == 267
    assert len(package_sources(FONTS, "spread", [])) == 18 * 1 + 18 * 2 + 26 * 3
    regular = package_sources(FONTS, "regular", [])
    assert len({source.names.family for source in regular if source.names}) == len(regular) == 62
