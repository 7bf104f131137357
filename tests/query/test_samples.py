"""`rasm drift` and `rasm distance` as typed, over folders of pictures."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from rasm.query.cli import app
from tests.query.world import letter, write_world


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two halves of one set of pictures, and one of them blurred."""
    write_world(tmp_path / "outputs")
    monkeypatch.chdir(tmp_path)
    names = ("bar", "cross", "ring", "hook", "slash")
    for place in range(40):
        half = tmp_path / ("one", "other")[place % 2]
        picture = letter(names[place // 2 % 5], 80 + place // 2)
        save(half / names[place // 2 % 5] / f"{place}_1.png", picture)
        if place % 2:
            save(tmp_path / "blurred" / f"{place}.png", cv2.GaussianBlur(picture, (0, 0), 5))
    return tmp_path


def save(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_halves_of_one_set_have_not_drifted_and_blurred_pictures_have() -> None:
    status, out, _ = run("drift", "other", "--reference", "one", "--json")
    told = json.loads(out)
    assert (status, told["drifted"], told["pictures"]) == (0, False, 20)
    assert told["p_value"] > 0.05 and told["reference"] == "one"
    status, out, _ = run("drift", "blurred", "--reference", "one", "--json", "--worst", "2")
    told = json.loads(out)
    assert (status, told["drifted"]) == (1, True)
    assert ["blurred" in one["why"] for one in told["most_shifted"]] == [True, True]
    status, out, _ = run("drift", "blurred", "--reference", "one")
    assert out.startswith("drift: p ") and "blur" in out and "blurred/" in out


def test_what_cannot_be_told_ends_with_2(folder: Path) -> None:
    (folder / "empty").mkdir()
    status, _, err = run("drift", "empty")
    assert status == 2 and "empty has no pictures" in err
    status, _, err = run("drift", "nowhere")
    assert status == 2 and "nowhere is no folder" in err
    status, _, err = run("drift", "one")
    assert status == 2 and "the gallery of world: 3 are too few" in err
    save(folder / "few/blank.png", np.full((20, 20), 255, np.uint8))
    status, _, err = run("drift", "few")
    assert status == 2 and "none of its 1 pictures can be read" in err


def test_distances_of_more_of_the_same_and_of_others(folder: Path) -> None:
    """Blurred by a third of a letter they are farther off than the other half is."""
    status, out, _ = run("distance", "one", "other", "--by-class", "--json")
    same = json.loads(out)
    assert (status, same["a"], same["b"], same["features"]) == (0, 20, 20, "embedder of world")
    assert list(same["classes"]) == ["bar", "cross", "hook", "ring", "slash"]
    assert all(row["a"] == 4 for row in same["classes"].values())
    for place in range(20):
        save(folder / "rings" / f"{place}.png", letter("ring", 80 + place))
    _, out, _ = run("distance", "one", "rings", "--json")
    rings = json.loads(out)
    assert rings["fid"] > 5 * same["fid"] and rings["kid"] > 5 * abs(same["kid"])
    assert same["halves_of_a"]["a"] == 10
    assert run("distance", "rings", "rings")[1].count("0.000") >= 1


def test_what_has_no_distance_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(folder / "single/only/1_1.png", letter("ring"))
    status, _, err = run("distance", "one", "single")
    assert status == 2 and "a sample of 1 has no covariance" in err
    save(folder / "single/ring/2_1.png", letter("ring"))
    status, _, err = run("distance", "one", "single", "--by-class")
    assert status == 2 and "share too few classes" in err and "only 'ring'" in err
    save(folder / "single/bar/3_1.png", letter("bar"))
    status, out, _ = run("distance", "one", "single", "--by-class", "--json")
    assert status == 0
    assert json.loads(out)["left_out"]["bar"].startswith("a sample of 1 has no covariance")
    monkeypatch.setenv("TORCH_HOME", str(folder))
    status, _, err = run("distance", "one", "other", "--features", "inception")
    assert status == 2 and "nothing is fetched" in err and "inception_v3" in err
    status, _, err = run("distance", "one", "other", "--corpus", "klingon")
    assert status == 2 and "no embedder of 'klingon'" in err
