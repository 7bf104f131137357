"""The command as typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rasm.query.cli import app
from tests.fonts.building import package_file
from tests.query.trained import FONT


@pytest.mark.slow
def test_check_lists_and_draws(outputs: Path, tmp_path: Path) -> None:
    font = str(package_file("cairo"))
    options = ["--outputs", str(outputs), "--top", "3", "--pictures", str(tmp_path / "p")]
    done = CliRunner().invoke(app, ["check", font, *options])
    assert done.exit_code == 0
    assert " fail, " in done.stdout
    assert "strict top-1" in done.stdout
    assert len(list((tmp_path / "p").iterdir())) == 3


@pytest.mark.slow
def test_check_for_machines_goes_on_after_a_broken_font(outputs: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    fonts = [str(broken), str(package_file(FONT))]
    done = CliRunner().invoke(app, ["check", *fonts, "--outputs", str(outputs), "--json"])
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)
    assert found["shape_top1"] > 0.95
    assert "broken.ttf" in done.stderr
    assert "glyphs/s" not in done.stderr


@pytest.mark.slow
def test_many_fonts_report_progress_and_their_rate(outputs: Path) -> None:
    names = (FONT, "almarai")
    fonts = [str(package_file(name)) for name in names]
    done = CliRunner().invoke(app, ["check", *fonts, "--outputs", str(outputs), "--top", "0"])
    assert done.exit_code == 0
    lines = [line for line in done.stderr.splitlines() if "glyphs/s" in line]
    assert [line.split(" files")[0] for line in lines] == ["1 of 2", "2 of 2"]
    for line, name in zip(lines, names, strict=True):
        assert name in line


@pytest.mark.slow
def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """Workers start before PyTorch is imported, and use needs nothing of what only training does.

    In a process of its own, whose modules are those that it imports.
    """
    code = """
import sys
import rasm.query.cli
assert "torch" not in sys.modules
import rasm.query.recognizer
import rasm.query.search
for name in (
    *("albumentations", "lightning_fabric", "pytorch_metric_learning", "sklearn"),
    *("rasm.augment", "rasm.losses", "rasm.training"),
):
    assert name not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_a_trained_run_it_says_how_to_make_one(tmp_path: Path) -> None:
    font = str(package_file(FONT))
    done = CliRunner().invoke(app, ["check", font, "--outputs", str(tmp_path)])
    assert done.exit_code == 2
    assert "make run" in done.stderr


@pytest.mark.slow
def test_check_computes_on_what_is_asked_for(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", bool)
    asked = [str(package_file(FONT)), "--outputs", str(outputs), "--accelerator", "cuda"]
    done = CliRunner().invoke(app, ["check", *asked])
    assert done.exit_code == 2
    assert "PyTorch sees no CUDA device: use auto" in done.stderr


@pytest.mark.slow
def test_info_tells_which_run_answers_and_what_it_knows(outputs: Path) -> None:
    done = CliRunner().invoke(app, ["info", "--outputs", str(outputs), "--json"])
    assert done.exit_code == 0
    known = json.loads((outputs / "meta/label_map.json").read_text())
    assert json.loads(done.stdout)["labels"] == len(known)


def test_info_of_no_run_says_how_to_make_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["info", "--outputs", str(tmp_path)])
    assert done.exit_code == 2
    assert "make run" in done.stderr
