"""The command as typed."""

import json
from pathlib import Path

from typer.testing import CliRunner

from rasm.query.cli import app
from tests.fonts.building import package_file
from tests.query.trained import FONTS


def test_check_lists_and_draws(outputs: Path, tmp_path: Path) -> None:
    font = str(package_file("cairo"))
    options = ["--outputs", str(outputs), "--top", "3", "--pictures", str(tmp_path / "p")]
    done = CliRunner().invoke(app, ["check", font, *options])
    assert done.exit_code == 0
    assert "glyphs suspect" in done.stdout
    assert "strict top-1" in done.stdout
    assert len(list((tmp_path / "p").iterdir())) == 3


def test_check_for_machines_goes_on_after_a_broken_font(outputs: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    fonts = [str(broken), str(package_file(FONTS[0]))]
    done = CliRunner().invoke(app, ["check", *fonts, "--outputs", str(outputs), "--json"])
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)
    assert found["shape_top1"] > 0.95
    assert "broken.ttf" in done.stderr


def test_without_a_trained_run_it_says_how_to_make_one(tmp_path: Path) -> None:
    font = str(package_file(FONTS[0]))
    done = CliRunner().invoke(app, ["check", font, "--outputs", str(tmp_path)])
    assert done.exit_code == 2
    assert "make run" in done.stderr
