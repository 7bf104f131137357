"""`rasm review` and `rasm import`: what is doubted comes first, and what people say comes back."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from rasm.corpora.folder import list_folder
from rasm.query.cli import app
from rasm.store.corrections import mask_bits
from tests.query.test_answer import FONT
from tests.query.trained import known_rasters
from tests.query.world import letter, write_world


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def correction(name: str, right: str | None, **more: object) -> dict[str, object]:
    mask = mask_bits(letter(name, 64) < 128).model_dump()
    return {"kind": "rasm correction", "collection": "world", "right": right, "mask": mask, **more}


def write_lines(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.slow
def test_a_picture_in_the_wrong_folder_comes_first(folder: Path, outputs: Path) -> None:
    """By a recogniser that knows these glyphs by heart; half of another is what it is unsure of."""
    glyphs = known_rasters()
    wrong = sorted(glyphs)[3]
    for place, label in enumerate(("beh", "teh", "beh_init", "teh_init")):
        picture = np.pad(
            np.where(glyphs[label].mask, 0, 255).astype(np.uint8), 9, constant_values=255
        )
        target = folder / "letters" / (wrong if label == "teh" else label) / f"{place}_1.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(target)
    (folder / "letters/broken.png").write_bytes(b"no picture")
    status, out, err = run("review", "letters", "--out", "why", "--outputs", str(outputs))
    assert status == 1 and "broken.png" in err and "4 of 4 glyphs" in out
    rows = [json.loads(line) for line in (folder / "why/review.jsonl").read_text().splitlines()]
    first = rows[0]
    assert (first["why"], first["claimed"]) == ("label", wrong)
    assert "teh" in first["answers"][0]["labels"] and first["doubt"] > 3
    assert all(row["why"] != "label" for row in rows[1:])
    page = (folder / "why/review.html").read_text()
    told = json.loads(re.findall(r'id="rows">(.*?)</script>', page, re.DOTALL)[0])
    assert told == rows
    assert page.count('<li class="suspect">') == 1 and page.count("data:image/png") == 4
    rows[0]["right"] = "teh"
    lines = write_lines(folder / "reviewed.jsonl", *rows)
    assert run("import", lines, "--folder", "corpus")[:2] == (
        *(0, "1 of 4 corrections taken into corpus\n"),
    )
    (kept,) = (folder / "corpus/teh").iterdir()
    with Image.open(kept) as image, Image.open(folder / first["picture"]) as original:
        assert image.size == original.size, "the picture itself, and not what was read of it"


@pytest.mark.slow
def test_glyphs_of_fonts_are_claimed_to_be_what_their_code_points_say(
    folder: Path, outputs: Path
) -> None:
    (folder / "broken.ttf").write_bytes(b"no font")
    asked = ("review", str(FONT), "broken.ttf", "--out", "why", "--most", "5")
    status, out, err = run(*asked, "--outputs", str(outputs))
    assert status == 1 and "broken.ttf" in err and out.startswith("5 of ")
    for line in (folder / "why/review.jsonl").read_text().splitlines():
        row = json.loads(line)
        assert row["source"] == f"{FONT.name}: {row['claimed']}" and row["picture"] is None
    assert run("review", "broken.ttf", "--out", "no", "--outputs", str(outputs))[0] == 2
    assert not (folder / "no").exists()


def test_corrections_become_classes_that_are_found(folder: Path) -> None:
    write_world(folder / "outputs")
    file = folder / "correction-hook.json"
    file.write_text(json.dumps(correction("hook", "hook", strokes=[[1, 2]])))
    lines = write_lines(folder / "r.jsonl", correction("cross", "cross"), correction("bar", None))
    status, out, _ = run("import", str(file), lines)
    assert (status, out) == (0, "2 of 3 corrections taken into the added classes\n")
    Image.fromarray(letter("hook", 64)).save(folder / "hook.png")
    found = json.loads(run("query", "hook.png", "--json")[1])["hook.png"]["hits"][0]
    assert (found["label"], found["source"]) == ("hook", "added")
    cross = [
        json.loads(path.read_text()) for path in (folder / "dataset/added/world").glob("*.json")
    ]
    codes = {record["label"]: record["codepoints"] for record in cross}
    assert codes == {"hook": [], "cross": [ord("c")]}, "a label that is known keeps its code point"


def test_a_folder_of_corrections_is_a_corpus_and_taking_them_again_adds_nothing(
    folder: Path,
) -> None:
    lines = write_lines(folder / "r.jsonl", correction("ring", "ring"), correction("hook", "hook "))
    for _ in range(2):
        assert run("import", lines, "--folder", "mine")[0] == 0
    listing = list_folder(folder / "mine")
    assert sorted(one.label for one in listing.found) == ["hook", "ring"]
    assert not listing.left_out


def test_bad_corrections_leave_everything_as_it_was(folder: Path) -> None:
    good = correction("ring", "ring")
    for bad, said in (
        (correction("ring", "../ring"), "no folder of a class can be called '../ring'"),
        (correction("ring", "train"), "no folder of a class can be called 'train'"),
        ({**good, "mask": {"side": 8, "bits": "AAAAAAAAAAA="}}, "blank"),
        ({**good, "kind": "other"}, "r.jsonl:2, field 'kind'"),
    ):
        lines = write_lines(folder / "r.jsonl", good, bad)
        status, _, err = run("import", lines, "--folder", "mine")
        assert status == 2 and said in err, err
        assert not (folder / "mine").exists()
    status, _, err = run("import", lines, "--corpus", "klingon")
    assert status == 2
