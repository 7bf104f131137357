"""Sheets of pairs."""

from pathlib import Path

import numpy as np
import pytest

from rasm.report.pair_sheet import ShownPair, write_pair_sheet
from tests.report.sheets import seen

BAR = np.full((64, 64), 255, dtype=np.uint8)
BAR[10:54, 28:36] = 0
WIDE = np.full((40, 80, 3), (0, 0, 255), dtype=np.uint8)


def pair(first: str, second: str) -> ShownPair:
    return ShownPair((BAR, WIDE), (first, second))


PAIRS = [pair("alif", "ba"), pair("alif", "alif"), pair("ba", "ta"), pair("ba", "ba")]
FAR_NEAR = np.array([1.5, 0.25, 0.5, 1.0], dtype=np.float32)


def test_it_shows_pairs_distances_and_judgements(tmp_path: Path) -> None:
    sheets = []
    for pairs, distances, threshold in (
        (PAIRS, FAR_NEAR, 1.0),
        (PAIRS, FAR_NEAR + np.float32(0.2), 1.2),
        (PAIRS, FAR_NEAR, 0.3),
        ([*PAIRS[:3], pair("ta", "ta")], FAR_NEAR, 1.0),
    ):
        path = tmp_path / "new" / f"{len(sheets)}.png"
        write_pair_sheet(path, "Epoch 3", pairs, distances, threshold)
        sheets.append(seen(path))
    assert len({sheet.tobytes() for sheet in sheets}) == 4
    for sheet in sheets:
        assert (sheet == (0, 0, 255)).all(axis=2).any(), "the coloured pictures keep their colour"


def test_wrong_judgements_have_a_rim_of_their_own_colour(tmp_path: Path) -> None:
    reddish = []
    for threshold in (2.0, 0.1):  # the pair is of one class: right, then wrong
        write_pair_sheet(tmp_path / "pairs.png", "", [PAIRS[1]], FAR_NEAR[1:2], threshold)
        sheet = seen(tmp_path / "pairs.png")
        reddish.append(((sheet[..., 0] > 150) & (sheet[..., 1:].max(axis=2) < 50)).any())
    assert reddish == [False, True]


def test_pairs_without_a_distance_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="4 pairs have 3 distances"):
        write_pair_sheet(tmp_path / "pairs.png", "", PAIRS, FAR_NEAR[:3], 1.0)
