"""`rasm rank` and `rasm quality` as typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from rasm.query.cli import app
from tests.query.world import letter, write_world
from tests.trust.legible import save_ranker

EMBEDDER, RANKER = "outputs/checkpoints/embedder/world", "outputs/checkpoints/ranker/world"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_world(tmp_path / "outputs")
    save_ranker(tmp_path / RANKER, tmp_path / EMBEDDER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def save(name: str, contrast: float) -> str:
    picture: NDArray[np.uint8] = letter("cross", 128)
    faded = np.rint(255 - contrast * (255 - picture.astype(float))).astype(np.uint8)
    Image.fromarray(faded).save(f"{name}.png")
    return f"{name}.png"


def test_the_most_legible_comes_first() -> None:
    names = [save("faint", 0.3), save("clear", 1.0), save("fair", 0.7)]
    status, out, err = run("rank", *names, "--corpus", "world", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert [row["picture"] for row in found] == ["clear.png", "fair.png", "faint.png"]
    assert [row["verdict"] for row in found] == ["ok", "ok", "reshoot"]
    assert [row["score"] for row in found] == pytest.approx([1, 0.7, 0.3], abs=0.02)
    shown = run("rank", *names, "--corpus", "world")[1]
    assert shown.index("clear.png") < shown.index("fair.png") < shown.index("faint.png")


def test_query_says_so_too_and_why() -> None:
    faint, clear = save("faint", 0.25), save("clear", 1.0)
    status, out, _ = run("query", faint, clear)
    assert status == 0
    why = "too illegible to rely on what is read: too bright, low contrast"
    assert f"{faint}: reshoot: {why}" in out
    assert f"{clear}: reshoot" not in out
    assert out.count("U+0063") == 2, "the nearest are listed of both"
    found = json.loads(run("query", faint, clear, "--json")[1])
    assert (found[faint]["verdict"], found[clear]["verdict"]) == ("reshoot", None)


def test_what_cannot_be_ranked_is_named_and_the_others_are_ranked() -> None:
    Path("bad.png").write_bytes(b"no picture")
    names = [save("faint", 0.3), save("blank", 0.0), "bad.png", save("clear", 1.0)]
    status, out, err = run("rank", *names, "--corpus", "world", "--json")
    assert status == 1
    assert "blank.png: the picture is blank" in err
    assert "bad.png" in err
    assert [row["picture"] for row in json.loads(out)] == ["clear.png", "faint.png"]
    status, out, _ = run("rank", "blank.png", "bad.png", "--corpus", "world")
    assert (status, out) == (1, "")


def test_one_picture_is_no_order() -> None:
    status, _, err = run("rank", save("clear", 1.0), "--corpus", "world")
    assert status == 2
    assert "two pictures" in err


def test_a_run_without_a_ranker_says_so(folder: Path) -> None:
    names = [save("faint", 0.3), save("clear", 1.0)]
    status, _, err = run("rank", *names)
    assert status == 2
    assert "safaitic is missing; there are: world" in err


def test_a_ranker_of_another_embedder_is_refused(folder: Path) -> None:
    save_ranker(folder / RANKER, folder / EMBEDDER, embedder="0" * 64)
    status, _, err = run("rank", save("a", 0.5), save("b", 1.0), "--corpus", "world")
    assert status == 2
    assert "trained on the features of another embedder" in err


def test_quality_names_what_is_wrong() -> None:
    clear, faint = save("clear", 1.0), save("faint", 0.1)
    assert run("quality", clear)[0] == 0
    status, out, _ = run("quality", clear, faint, "--json")
    assert status == 1
    found = json.loads(out)
    assert found[clear]["passed"]
    assert found[clear]["quality"]["contrast"] == 1
    assert "low contrast" in found[faint]["issues"]
    assert "low contrast" in run("quality", faint, "--preset", "strict")[1]
    status, out, err = run("quality", "missing.png")
    assert (status, out) == (1, "")
    assert "missing.png" in err
