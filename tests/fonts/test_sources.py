"""Which font files are used."""

import json
from pathlib import Path

import pytest

from rasm.fonts.files import Names
from rasm.fonts.sources import (
    Source,
    SourcesError,
    locked_versions,
    metadata,
    own_sources,
    package_sources,
    weight_files,
)
from rasm.fonts.weights import Weights
from tests.fonts.building import FONTS, PACKAGES

LOCK = FONTS / "package-lock.json"


def install(folder: Path, id_: str, version: str, files: list[str]) -> Path:
    """A package as npm leaves it, its fonts empty."""
    package = folder / id_
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
    lock = folder / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"": {}, **packages}}))
    return lock


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
    lock = lock_of(tmp_path, {"one": "1.2.3", "two": "1.2.3"})
    assert package_sources(tmp_path, lock, "regular", ["two"]) == [
        Source(
            tmp_path / "two/files/two-arabic-400-normal.woff2",
            "@fontsource/two@1.2.3/two-arabic-400-normal.woff2",
            Names("Two", "normal", 400, "OFL-1.1"),
        )
    ]
    assert len(package_sources(tmp_path, lock, "regular", [])) == 2


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [("regular", [400]), ("spread", [300, 400, 900]), ("all", [300, 400, 700, 900])],
)
def test_weights_of_a_package(tmp_path: Path, weights: Weights, chosen: list[int]) -> None:
    files = [f"one-arabic-{weight}-normal.woff2" for weight in (300, 400, 700, 900)]
    install(tmp_path, "one", "1.2.3", files)
    sources = package_sources(tmp_path, lock_of(tmp_path, {"one": "1.2.3"}), weights, [])
    assert [source.names.weight for source in sources if source.names] == chosen


def test_unknown_family_lists_the_known_ones(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, {"amiri": "1.0.0", "cairo": "1.0.0"})
    with pytest.raises(SourcesError, match="unknown amri; known: amiri, cairo"):
        package_sources(tmp_path, lock, "regular", ["amri"])


def test_packages_must_be_installed_as_locked(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, {"amiri": "2.0.0"})
    with pytest.raises(SourcesError, match="amiri is not installed; run 'make fonts'"):
        package_sources(tmp_path, lock, "regular", [])
    install(tmp_path, "amiri", "1.0.0", [])
    with pytest.raises(SourcesError, match=r"1\.0\.0 is installed, 2\.0\.0 is locked; run 'make"):
        package_sources(tmp_path, lock, "regular", [])


def test_package_without_arabic_file(tmp_path: Path) -> None:
    install(tmp_path, "latin", "1.0.0", ["latin-latin-400-normal.woff2"])
    with pytest.raises(SourcesError, match="latin-arabic-"):
        package_sources(tmp_path, lock_of(tmp_path, {"latin": "1.0.0"}), "regular", [])


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
    manifest = json.loads((FONTS / "package.json").read_text())
    versions = {f"@fontsource/{id_}": version for id_, version in locked_versions(LOCK).items()}
    assert manifest["dependencies"] == versions
    assert len(versions) == 48
    assert "resolved" not in LOCK.read_text()


def test_installed_packages_give_222_fonts_of_48_families() -> None:
    assert len(package_sources(PACKAGES, LOCK, "all", [])) == 222
    assert len(package_sources(PACKAGES, LOCK, "spread", [])) == 12 * 1 + 15 * 2 + 21 * 3
    regular = package_sources(PACKAGES, LOCK, "regular", [])
    assert len({source.names.family for source in regular if source.names}) == 48
