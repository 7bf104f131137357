"""A checkout keeps its name whatever git puts back, and no other has it."""

import subprocess
from pathlib import Path

import pytest

from stages import mark_checkout


def marked(root: Path) -> str:
    mark_checkout.main(mark_checkout.Params(), list, checkout=root / "outputs/meta/checkout")
    return (root / "outputs/meta/checkout").read_text(encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path / "here"], check=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    return tmp_path / "here"


def test_a_name_once_given_stays(here: Path) -> None:
    name = marked(here)
    (here / "outputs/meta/checkout").unlink()
    assert marked(here) == name


def test_another_checkout_has_another_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = marked(here)
    subprocess.run(["git", "init", "-q", here / "other"], check=True)
    monkeypatch.chdir(here / "other")
    assert marked(here / "other") != name


def test_the_copy_of_an_experiment_has_the_name_of_the_original(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the copy is the first to ask, and is gone afterwards."""
    monkeypatch.setenv("DVC_ROOT", str(here))
    subprocess.run(["git", "init", "-q", here / "copy"], check=True)
    monkeypatch.chdir(here / "copy")
    name = marked(here / "copy")
    monkeypatch.chdir(here)
    assert marked(here) == name


def test_without_git_there_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ValueError, match="git config --local"):
        marked(tmp_path)
