"""A run is looked at without its networks."""

from pathlib import Path

import pytest

from rasm.query import run_files
from rasm.query.run_files import added_beside, default_outputs, drawing_policy
from rasm.store.json_file import write_json
from rasm.store.sealed import write_sealed
from tests.raster.real_glyphs import DEFAULT

SMALL = DEFAULT.model_copy(update={"size": 16, "diacritic_size": 8})
NEEDED = (
    "trust/trust.json",
    "meta/label_map.json",
    "meta/homoglyphs.json",
    "checkpoints/phase1/model.json",
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    for name in NEEDED:
        write_sealed(tmp_path / name, {"raster": SMALL.model_dump()})
    return tmp_path


def test_policy_is_that_of_the_run(run: Path) -> None:
    assert drawing_policy(run) == SMALL


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: str, run: Path) -> None:
    (run / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing: `make run` trains one"):
        drawing_policy(run)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, beside the checkout."""
    monkeypatch.setattr(run_files, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(run_files, "RELEASES", tmp_path / "checkout/models")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_the_package_knows_its_checkout() -> None:
    assert (run_files.CHECKOUT / "lib/rasm/query/run_files.py").samefile(run_files.__file__)


@pytest.mark.parametrize("sign", ["meta/label_map.json", "index/own/index.json"])
def test_a_run_here_comes_before_that_of_the_checkout(sign: str, here: Path) -> None:
    there = here.parent / "checkout/outputs"
    write_json(there / sign, {})
    assert default_outputs() == there
    write_json(here / "outputs/metrics/phase1.json", {})  # is in git: no run
    assert default_outputs() == there
    write_json(here / "outputs" / sign, {})
    assert default_outputs() == here / "outputs"


def test_the_last_release_answers_where_nothing_was_run(here: Path) -> None:
    releases = here.parent / "checkout/models"
    for version in ("1", "2"):
        write_json(releases / version / "meta/label_map.json", {})
    assert default_outputs() == releases / "2"
    assert added_beside(releases / "2") == here.parent / "checkout/dataset/added"
    write_json(here / "outputs/meta/label_map.json", {})
    assert default_outputs() == here / "outputs"


def test_without_any_run_both_places_are_named(here: Path) -> None:
    there = here.parent / "checkout"
    places = f"no run in {here}/outputs or {there}/outputs: `make run` in {there} .*`--outputs`"
    with pytest.raises(FileNotFoundError, match=places):
        default_outputs()


def test_in_the_checkout_one_place_is_named_once(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "CHECKOUT", here)
    with pytest.raises(FileNotFoundError, match=f"no run in {here}/outputs: "):
        default_outputs()


def test_added_classes_lie_beside_the_run(here: Path) -> None:
    assert added_beside(Path("outputs")) == here / "dataset/added"
    assert added_beside(here.parent / "checkout/outputs") == here.parent / "checkout/dataset/added"
