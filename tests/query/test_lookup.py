"""`rasm query`, `rasm add` and `rasm remove` as typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rasm.query.cli import app
from tests.query.world import save_letter, write_world


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a user stands: a run in outputs/, and added classes go to dataset/added/."""
    write_world(tmp_path / "outputs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_query_lists_the_nearest(folder: Path) -> None:
    status, out, _ = run("query", str(save_letter(folder, "cross")), "--top", "2")
    assert status == 0
    lines = [line for line in out.splitlines() if "U+" in line]
    assert len(lines) == 2
    assert "cross" in lines[0]
    assert "U+0063" in lines[0]


def test_query_for_machines_goes_on_after_a_bad_picture(folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"no picture")
    good = str(save_letter(folder, "ring"))
    status, out, err = run("query", "bad.png", good, "--json")
    assert status == 1
    assert "bad.png" in err
    found = json.loads(out)
    assert list(found) == [good]
    assert found[good][0]["label"] == "ring"


def test_a_blank_picture_is_named(folder: Path) -> None:
    status, _, err = run("query", str(save_letter(folder, "nothing")))
    assert status == 1
    assert "nothing.png" in err
    assert "blank" in err


def test_add_query_remove(folder: Path) -> None:
    hook = str(save_letter(folder, "hook"))
    status, out, _ = run("add", hook, "--label", "my hook")
    assert (status, (folder / "dataset/added/world").is_dir()) == (0, True)
    assert "my hook" in out
    assert json.loads(run("query", hook, "--json")[1])[hook][0]["label"] == "my hook"
    assert run("remove", "my hook")[1] == "removed 1 picture of 'my hook'\n"
    assert json.loads(run("query", hook, "--json")[1])[hook][0]["label"] != "my hook"


def test_removing_what_is_not_there_says_what_is(folder: Path) -> None:
    run("add", str(save_letter(folder, "hook")), "--label", "hook")
    status, _, err = run("remove", "crook")
    assert status == 1
    assert "it has: hook" in err


def test_an_unknown_corpus_is_told_the_others(folder: Path) -> None:
    status, _, err = run("query", str(save_letter(folder, "bar")), "--corpus", "klingon")
    assert status == 2
    assert "there are: world" in err
