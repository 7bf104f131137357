"""Sheets of errors: the right glyphs, in the right order."""

from pathlib import Path

import numpy as np
import pytest

from rasm.report import error_sheets
from rasm.report.clusters import describe_clusters
from rasm.report.error_sheets import write_clusters, write_saliency
from rasm.report.pictures import Strip, glyph
from tests.report.toy_errors import errors

STUDY = errors()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Strip]:
    """What is handed on to be drawn; drawing itself has its own tests."""
    found: list[Strip] = []
    real = error_sheets.write_strips

    def listen(path: Path, heading: list[str], strips: list[Strip], columns: int) -> None:
        found.extend(strips)
        real(path, heading, strips, columns)

    monkeypatch.setattr(error_sheets, "write_strips", listen)
    return found


def test_evidence_of_wrong_and_right_answers(tmp_path: Path, written: list[Strip]) -> None:
    heats = {row: np.full((8, 8), row / 8, dtype=np.float32) for row in (0, 1, 7)}
    write_saliency(tmp_path / "saliency.png", STUDY, heats, [7, 1], [0], "Warm is warm.")
    assert (tmp_path / "saliency.png").stat().st_size > 0
    wrong, right = written
    assert [tile.caption for tile in wrong.tiles] == [
        ("answer kaf (+1)", "truth fatha", "Cairo"),
        ("answer beh", "truth teh", "Oi"),
    ]
    assert [tile.caption for tile in right.tiles] == [("answer beh", "next teh", "Oi")]
    np.testing.assert_array_equal(wrong.tiles[0].picture, glyph(STUDY.masks[7], heats[7]))


def test_members_of_clusters_show_each_drawing_once(tmp_path: Path, written: list[Strip]) -> None:
    clusters = [np.array([3, 2, 7]), np.array([1, 4])]
    write_clusters(tmp_path / "c.png", STUDY, clusters, describe_clusters(STUDY, clusters), most=2)
    assert (tmp_path / "c.png").stat().st_size > 0
    first, second = written
    assert first.title == "1.  3 glyphs   class 3   |   Oi 2, Cairo 1   |   isol 2, diacritic 1"
    assert [tile.caption[0] for tile in first.tiles] == ["keheh", "fatha"]  # kaf is drawn alike
    assert [tile.caption[1] for tile in second.tiles] == ["-> beh", "-> teh"]
