"""The report of a run: of the released model's metrics, and a few tables whose rows are known."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rasm.report.run_facts import read_params_file
from rasm.report.run_page import main, write_run_page

MODEL = Path(__file__).parents[2] / "models/1"
TABLES = {
    "plots/evaluate/fusion/families.csv": (
        "family,glyphs,letter_top1,shape_top1,shape_top1_ceiling\n"
        "Easy,10,1.000000,0.900000,1.000000\n<Hard>,20,0.500000,0.250000,0.950000\n"
    ),
    "plots/curves/phase1.tsv": "epoch\ttrain_loss\n1\t0.5\n",
    "plots/evaluate/fusion/trust.csv": (
        "family,glyphs,calibration_error,coverage,set_size\n<Hard>,20,0.125000,0.875000,3.500000\n"
    ),
    "plots/evaluate/fusion/classes.csv": (
        "class,precision,recall,f1,support,answered\n"
        "beh,0.500000,0.250000,0.333333,4,2\nalef,1.000000,1.000000,1.000000,9,9\n"
    ),
}
PARAMS = "seed: 42\ncorpora:\n  world: {}\n  coins: {}\nrankers: {}\n"


def make_outputs(root: Path) -> Path:
    """A folder of outputs below `root`, and the params.yaml beside it."""
    outputs = root / "outputs"
    for name in ("metrics", "val_metrics", "corpus_metrics"):
        shutil.copytree(MODEL / name, outputs / name)
    for name, text in TABLES.items():
        (outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (outputs / name).write_text(text, encoding="utf-8")
    picture = Image.fromarray(np.zeros((2, 2000), dtype=np.uint8))
    picture.save(outputs / "plots/evaluate/fusion/reliability.png")
    (root / "params.yaml").write_text(PARAMS, encoding="utf-8")
    (outputs / "meta").mkdir()
    params = read_params_file(root / "params.yaml")
    assert params
    lines = [
        {"commit": "a" * 40, "dirty": False, "params_sha256": "another", "seconds": {"old": 7}},
        {
            **{"commit": "b" * 40, "dirty": True, "params_sha256": params.sha256},
            **{"utc": "2026-01-02T03:04:05+00:00", "seconds": {"evaluate": 12.5}},
        },
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (outputs / "meta/run_history.jsonl").write_text(text, encoding="utf-8")
    return outputs


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return make_outputs(tmp_path)


def rows_of(page: Path) -> list[list[str]]:
    rows = re.findall("<tr>(.*?)</tr>", page.read_text(encoding="utf-8"))
    return [[unescape(cell) for cell in re.findall("<td>(.*?)</td>", row)] for row in rows]


def test_families_worst_first_with_their_sets(outputs: Path) -> None:
    rows = rows_of(write_run_page(outputs))
    hard = ["<Hard>", "20", "0.500", "0.250", "0.950", "0.875", "3.500", "0.125"]
    easy = ["Easy", "10", "1.000", "0.900", "1.000", "", "", ""]
    assert rows.index(hard) + 1 == rows.index(easy)
    assert ["beh", "4", "0.500", "0.250", "0.333"] in rows
    assert not any(row[:1] == ["alef"] for row in rows)  # it has no fault


def test_what_ran_is_of_these_parameters_alone(outputs: Path) -> None:
    page = write_run_page(outputs)
    text, rows = page.read_text(encoding="utf-8"), rows_of(page)
    assert "bbbbbbbbbbbb+" in text and "aaaaaaaaaaaa" not in text
    assert ["evaluate", "12.5"] in rows and ["old", "7.0"] not in rows
    assert ["seed of every random choice", "42", "seed"] in rows
    (outputs.parent / "params.yaml").write_text(PARAMS.replace("42", "43"), encoding="utf-8")
    assert "commit and times are not known" in write_run_page(outputs).read_text(encoding="utf-8")


def test_a_part_that_is_missing_is_named(outputs: Path) -> None:
    """`coins` was never measured, arabic and safaitic are no corpora here, and much was lost."""
    shutil.rmtree(outputs / "plots")
    (outputs / "metrics/unknowns.json").unlink()
    text = write_run_page(outputs).read_text(encoding="utf-8")
    for said in (
        '<h3>coins</h3>\n<p class="absent-part">It is in params.yaml',
        "Switched off: arabic, safaitic.",
        "No unknowns were shown to this run.",
        "The table of families is not there.",
        "The curves of this run are not there.",
        "This folder holds no splits.",
    ):
        assert said in text
    assert "Corpus world" in text and "Corpus arabic" not in text


def test_same_files_make_the_same_bytes(outputs: Path) -> None:
    first = write_run_page(outputs).read_bytes()
    assert write_run_page(outputs).read_bytes() == first


def test_bad_files_are_named(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (outputs / "meta/run_history.jsonl").write_text("{}\n[]\n", encoding="utf-8")
    assert main(outputs) == 1
    assert "run_history.jsonl:2" in capsys.readouterr().err
    (outputs.parent / "params.yaml").write_text("- a", encoding="utf-8")
    assert main(outputs) == 1
    assert "params.yaml holds no sections" in capsys.readouterr().err
    assert not (outputs / "report.html").exists()
    assert main(outputs.parent) == 1
    assert "make run" in capsys.readouterr().err
