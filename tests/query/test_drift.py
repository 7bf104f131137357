"""`rasm drift` as typed, over folders of pictures."""

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
