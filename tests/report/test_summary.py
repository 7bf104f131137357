"""The table that `make run` prints."""

from pathlib import Path
from typing import Any

import pytest

from rasm.report.summary import main, summary
from rasm.store.json_file import write_json

CELLS = {"accuracy": 0.95, "accuracy_inked": 0.9, "empty_false_positive_rate": 0.0123}


def recogniser(top1: float) -> dict[str, Any]:
    return {
        "glyphs": 100,
        "labels": 30,
        "families": 4,
        "strict_top1": top1,
        "strict_top1_ceiling": 0.89,
        "calibration_error": 0.02,
        "strict_top1_family_min": 0.25,
        "strict_top1_family_max": 0.75,
        "shape_top1_family_min": 0.5,
        "shape_top1_family_max": 1.0,
    }


def test_scores_stand_side_by_side_before_their_ceiling() -> None:
    text = summary({"phase1": CELLS, "baseline": recogniser(0.6), "phase2": recogniser(0.5)})
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["accuracy"][0] == "0.9500"
    assert rows["accuracy"][-1] == "0.0123"
    assert rows["phase2"] == ["baseline", "ceiling"]
    assert rows["strict_top1"][-3:] == ["family", "0.25-0.75", "0.25-0.75"]
    assert "  strict_top1                 0.5000    0.6000    0.8900" in text.splitlines()
    assert rows["calibration_error"] == ["0.0200", "0.0200"]  # no ceiling
    assert "100 glyphs of 30 labels from 4 test families" in text


def test_errors_are_summed_up_last() -> None:
    found = {"errors": 50, "errors_of_dots": 20, "errors_of_form": 9}
    found |= {"errors_mended_by_true_grid": 3, "errors_made_by_true_grid": 1}
    *_, first, second, where = summary({"phase2": recogniser(0.5), "analysis": found}).splitlines()
    assert first == (
        "phase2 takes 50 glyphs for another shape: 20 miss the dots alone, 9 the form."
    )
    assert second == "With true primitives 3 of these errors vanish and 1 others appear."
    assert "outputs/analysis/confusions.html" in where


def test_what_was_not_measured_is_left_out() -> None:
    assert "phase2" not in summary({"baseline": recogniser(0.6)})
    assert "Glyph" not in summary({"phase1": CELLS})
    assert summary({}) == ""


def test_a_folder_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "metrics").mkdir()
    write_json(tmp_path / "metrics/baseline.json", recogniser(0.6))
    write_json(tmp_path / "metrics/phase1.json", CELLS)
    assert main(tmp_path) == 0
    assert capsys.readouterr().out == (
        summary({"phase1": CELLS, "baseline": recogniser(0.6)}) + "\n"
    )


def test_no_metrics_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 1
    assert "holds no metrics: run `make run`" in capsys.readouterr().err
