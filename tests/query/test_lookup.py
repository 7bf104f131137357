"""`rasm query`, `rasm add` and `rasm remove` as typed."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from rasm.query import run_files
from rasm.query.cli import app
from rasm.retrieval.index import build_index
from rasm.retrieval.index_folder import Entry, save_index
from rasm.retrieval.voting import AnswerRule, Limits
from rasm.trust.matching import MatchRule
from rasm.trust.votes import VoteRule
from tests.query.test_answer import pen_beh
from tests.query.world import FLAT, letter, save_letter, write_world
from tests.released import RELEASE


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
    assert found[good]["hits"][0]["label"] == "ring"
    assert found[good]["verdict"] is None, "this corpus has no rule"


def test_a_picture_is_enhanced_before_it_is_looked_up(folder: Path) -> None:
    """So faint that it counts as blank, until its contrast is stretched."""
    faint = str(folder / "faint.png")
    Image.fromarray((np.where(letter("ring") > 128, 250, 238)).astype(np.uint8)).save(faint)
    assert "reshoot" in run("query", faint)[1]
    status, out, _ = run("query", faint, "--enhance", "contrast", "--json")
    assert status == 0
    assert json.loads(out)[faint]["hits"][0]["label"] == "ring"
    status, _, err = run("query", faint, "--enhance", "clae")
    assert status == 2
    assert "no step 'clae'" in err


def test_a_blank_picture_is_to_be_taken_again(folder: Path) -> None:
    blank = str(save_letter(folder, "nothing"))
    assert run("query", blank) == (
        0,
        f"{blank}: reshoot: no ink stands out from its background\n",
        "",
    )
    found = json.loads(run("query", blank, "--json")[1])[blank]
    assert (found["verdict"], found["hits"]) == ("reshoot", [])


def test_a_blank_picture_cannot_be_added(folder: Path) -> None:
    status, _, err = run("add", str(save_letter(folder, "nothing")), "--label", "space")
    assert status == 1
    assert "nothing.png" in err and "blank" in err
    assert not (folder / "dataset").exists()


def test_the_verdict_is_shown_where_there_is_a_rule(folder: Path) -> None:
    rule = AnswerRule(voters=3, limits=Limits(distance=0.1, margin=0.1))
    shutil.rmtree(folder / "outputs")
    write_world(folder / "outputs", rule)
    ring = str(save_letter(folder, "ring"))
    status, out, _ = run("query", ring)
    assert status == 0
    assert out.startswith(f"{ring}: ok: ring, ")
    assert out.splitlines()[0].endswith("% of the votes")
    found = json.loads(run("query", ring, "--json")[1])[ring]
    assert (found["verdict"], found["label"]) == ("ok", "ring")
    assert 0.1 < found["margin"] < found["share"] < 1


def test_how_probable_the_answer_is_stands_before_the_votes(folder: Path) -> None:
    """With a verdict where there is a rule, and without one where letters were worn to learn it."""
    votes = VoteRule(voters=3, temperature=0.2, none=-6.0, slope=5.0)
    for rule, begins in (
        (AnswerRule(voters=3, limits=Limits(distance=0.1, margin=0.1)), "ok: ring, probability "),
        (None, "ring, probability "),
    ):
        shutil.rmtree(folder / "outputs")
        write_world(folder / "outputs", rule, votes=votes)
        ring = str(save_letter(folder, "ring"))
        first = run("query", ring)[1].splitlines()[0]
        assert first.startswith(f"{ring}: {begins}") and first.endswith("% of the votes")
        found = json.loads(run("query", ring, "--json")[1])[ring]
        assert found["probability"] > found["share"], "a low temperature believes the most votes"
        assert f"probability {found['probability']:.2f}, " in first
        assert found["verdict"] == ("ok" if rule else None)
        rows = list(csv.DictReader(io.StringIO(run("query", ring, "--csv")[1])))
        assert float(rows[0]["probability"]) == found["probability"]
        assert [row["probability"] for row in rows[1:]] == ["", ""]


def test_what_an_index_knows_is_listed(folder: Path) -> None:
    """A bar, a cross and a ring, entered as the Latin letters b, c and r."""
    assert json.loads(run("query", "--list", "--json")[1]) == {"scripts": {"Latn": 3}}
    status, out, _ = run("query", "--list")
    assert status == 0
    assert next(line for line in out.splitlines() if "Latn" in line).split() == [
        *("│", "Latin", "│", "Latn", "│", "3", "│")
    ]
    assert run("query", "--list", "--corpus", "klingon")[0] == 2
    status, out, err = run("query")
    assert (status, out) == (2, "") and "--list" in err


def test_an_index_of_no_known_characters_lists_its_labels(folder: Path) -> None:
    entries = [Entry(name, "", "", (), n, "exemplar") for n, name in enumerate(("dog", "cat"))]
    index = build_index(np.eye(2, dtype=np.float32), FLAT, 0)
    save_index(folder / "outputs/index/pets", index, entries, FLAT, "abc")
    words = ("query", "--list", "--corpus", "pets")
    assert json.loads(run(*words, "--json")[1]) == {"labels": {"cat": 1, "dog": 1}}
    assert "dog" in run(*words)[1]


def test_folders_globs_and_standard_input_are_pictures(folder: Path) -> None:
    (folder / "letters").mkdir()
    ring, cross = (str(save_letter(folder / "letters", name)) for name in ("ring", "cross"))
    (folder / "letters/notes.txt").write_text("no picture")
    for asked in ("letters", "letters/*.png"):
        found = json.loads(run("query", asked, "--json")[1])
        assert [Path(name).name for name in found] == ["cross.png", "ring.png"]
    done = CliRunner().invoke(app, ["query", "-", "--json"], input=Path(ring).read_bytes())
    assert json.loads(done.stdout)["-"]["hits"][0]["label"] == "ring"
    assert CliRunner().invoke(app, ["query", "-"], input=b"no picture").exit_code == 1
    status, out, _ = run("query", cross, "--csv", "--top", "2")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (status, len(rows)) == (0, 2)
    assert (rows[0]["by"], rows[0]["rank"], rows[0]["label"]) == ("gallery", "1", "cross")


@pytest.mark.slow
def test_the_recogniser_answers_beside_the_gallery_of_glyphs(folder: Path) -> None:
    drawn = str(folder / "beh.png")
    Image.fromarray(pen_beh()).save(drawn)
    asked = ("query", drawn, "--corpus", "arabic", "--outputs", str(RELEASE))
    found = json.loads(run(*asked, "--json")[1])[drawn]
    assert found["recognizer"]["label"] == found["hits"][0]["label"] == "beh"
    assert found["recognizer"]["verdict"] in ("ok", "uncertain")
    assert found["recognizer"]["vote"] is None, "models/1 does not know how probable it is"
    shown = run(*asked)[1]
    assert re.search(r"^the nearest vote for beh, \d+% of the votes$", shown, re.MULTILINE)
    assert f"{drawn}: {found['recognizer']['verdict']}: beh, probability" in run(*asked)[1]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--csv", "--top", "1")[1])))
    assert [row["by"] for row in rows] == ["recognizer", "gallery"]


def know_pairs(folder: Path) -> None:
    """At distance 0 nine pairs of ten are the same, and below 0.001 all are judged so."""
    matching = MatchRule(threshold=0.001, slope=-1000, intercept=2.1972)
    shutil.rmtree(folder / "outputs")
    write_world(folder / "outputs", matching=matching)


def test_two_pictures_are_the_same_letter_or_not(folder: Path) -> None:
    know_pairs(folder)
    ring, hook = str(save_letter(folder, "ring")), str(save_letter(folder, "hook"))
    status, out, _ = run("compare", ring, ring, "--precision", "32-true")
    told = "probability of the same 0.90, distance 0.000, below the threshold 0.001"
    assert (status, out) == (0, f"the same letter: {told}\n")
    status, out, _ = run("compare", ring, hook, "--json", "--precision", "32-true")
    found = json.loads(out)
    assert status == 0
    assert found.keys() == {"same", "probability", "distance", "threshold"}
    assert (found["same"], found["threshold"]) == (False, 0.001)
    assert found["distance"] > 0.001 and found["probability"] < 0.9


def test_a_comparison_says_what_it_lacks(folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"no picture")
    ring, blank = str(save_letter(folder, "ring")), str(save_letter(folder, "nothing"))
    status, out, err = run("compare", ring, ring)
    assert (status, out) == (2, "") and "does not know when two pictures" in err
    know_pairs(folder)
    status, out, err = run("compare", "bad.png", blank)
    assert (status, out) == (1, "")
    assert "bad.png" in err and "nothing.png: the picture is blank" in err
    status, out, err = run("compare", ring, ring, "--corpus", "klingon")
    assert (status, out) == (2, "") and "there are: world" in err
    shutil.rmtree(folder / "outputs/index")
    status, out, err = run("compare", ring, ring, "--outputs", "outputs")
    assert (status, out) == (2, "") and "`make run` builds one" in err


def test_add_query_remove(folder: Path) -> None:
    hook = str(save_letter(folder, "hook"))
    status, out, _ = run("add", hook, "--label", "my hook")
    assert (status, (folder / "dataset/added/world").is_dir()) == (0, True)
    assert "my hook" in out
    assert json.loads(run("query", hook, "--json")[1])[hook]["hits"][0]["label"] == "my hook"
    assert run("remove", "my hook")[1] == "removed 1 picture of 'my hook'\n"
    assert json.loads(run("query", hook, "--json")[1])[hook]["hits"][0]["label"] != "my hook"


def test_a_label_is_neither_markup_nor_a_command_to_the_terminal(folder: Path) -> None:
    hook, labels = str(save_letter(folder, "hook")), ["[/x]", "[red]", "\x1b[2Jgone", "two\nlines"]
    for label in labels:
        assert run("add", hook, "--label", label)[0] == 0
    status, out, _ = run("query", hook)
    assert status == 0
    for shown in ("[/x]", "[red]", r"\x1b[2Jgone", r"two\nlines"):
        assert shown in out
    found = json.loads(run("query", hook, "--json")[1])[hook]["hits"]
    assert {hit["label"] for hit in found} >= set(labels)
    texts = [out, *(part for name in labels for part in run("remove", name)[1:])]
    assert not any("\x1b" in text for text in texts)


def test_a_bad_label_or_a_damaged_gallery_is_one_line(folder: Path) -> None:
    hook = str(save_letter(folder, "hook"))
    assert run("add", hook, "--label", " ") == (
        *(1, ""),
        "rasm: an added picture needs a label that is not blank\n",
    )
    run("add", hook, "--label", "hook")
    (record,) = (folder / "dataset/added/world").glob("*.json")
    record.write_text("[]")
    status, out, err = run("query", hook)
    assert (status, out) == (2, "")
    assert err.startswith(f"rasm: {record}: Input should be an object: delete it")


def test_removing_what_is_not_there_says_what_is(folder: Path) -> None:
    run("add", str(save_letter(folder, "hook")), "--label", "hook")
    status, _, err = run("remove", "crook")
    assert status == 1
    assert "it has: hook" in err


def test_an_unknown_corpus_is_told_the_others(folder: Path) -> None:
    status, _, err = run("query", str(save_letter(folder, "bar")), "--corpus", "klingon")
    assert status == 2
    assert "there are: world" in err


def test_in_another_folder_the_run_and_the_classes_of_the_checkout_are_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "CHECKOUT", folder)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    hook = str(save_letter(elsewhere, "hook"))
    assert run("add", hook, "--label", "my hook")[0] == 0
    assert (folder / "dataset/added/world").is_dir()
    assert json.loads(run("query", hook, "--json")[1])[hook]["hits"][0]["label"] == "my hook"


def test_without_any_run_it_is_said_where_one_was_looked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "CHECKOUT", folder / "checkout")
    monkeypatch.setattr(run_files, "RELEASES", folder / "checkout/models")
    shutil.rmtree(folder / "outputs")
    status, out, err = run("query", str(save_letter(folder, "bar")))
    assert (status, out) == (2, "")
    assert f"no run in {folder / 'outputs'} or {folder / 'checkout/outputs'}: `make run`" in err
    assert "`--outputs`" in err


def test_help_says_which_run_is_asked() -> None:
    words = re.sub(r"[^\w ]| +", " ", run("query", "--help")[1])
    assert "outputs here if it holds a run else in the checkout" in " ".join(words.split())


@pytest.mark.parametrize("command", ["query", "add"])
def test_a_gpu_that_is_asked_for_and_absent_is_told(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", bool)
    asked = [str(save_letter(folder, "ring")), "--accelerator", "cuda"]
    if command == "add":
        asked += ["--label", "ring"]
    status, _, err = run(command, *asked)
    assert status == 2
    assert "PyTorch sees no CUDA device: use auto" in err


def test_the_precision_that_is_asked_for_is_taken(folder: Path) -> None:
    """What bfloat16 computes differs in the third digit."""
    picture = str(save_letter(folder, "hook"))
    distances = [
        json.loads(run("query", picture, "--json", "--precision", precision)[1])[picture]["hits"]
        for precision in ("32-true", "bf16-mixed")
    ]
    assert distances[0] != distances[1]
