"""After each epoch the same pairs are drawn anew, with the distances of the day."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from rasm.training.pair_sheets import ShownPair, pair_sheets, write_pair_sheet
from tests.report.sheets import seen
from tests.training.pixels import Pixels
from tests.training.views.sections import views

BARS = (10, 20, 30, 40)  # high
BAR = np.full((64, 64), 255, dtype=np.uint8)
BAR[10:54, 28:36] = 0
WIDE = np.full((40, 80, 3), (0, 0, 255), dtype=np.uint8)


def pair(first: str, second: str) -> ShownPair:
    return ShownPair((BAR, WIDE), (first, second))


PAIRS = [pair("alif", "ba"), pair("alif", "alif"), pair("ba", "ta"), pair("ba", "ba")]
FAR_NEAR = np.array([1.5, 0.25, 0.5, 1.0], dtype=np.float32)


def sheets(folder: Path, labels: str, coarse: bool = False) -> None:
    """By a network that sees pixels, or rather coarse ones."""
    network = nn.Sequential(nn.AvgPool2d(8 if coarse else 1), Pixels())
    bars = [np.pad(np.zeros((height, 40), np.uint8), 9, constant_values=255) for height in BARS]
    seen = views("glyphs", *bars)
    for look in pair_sheets(seen, np.array([*labels]), folder, seed=3):
        look(nn.ModuleDict({"network": network}), 4, {})


def test_each_epoch_leaves_a_sheet(tmp_path: Path) -> None:
    """It shows which pairs are of one class, and what the network makes of them."""
    sheets(tmp_path / "first", "aabb")
    with Image.open(tmp_path / "first/epoch_004.png") as image:
        assert min(image.size) > 128
    sheets(tmp_path / "again", "aabb")
    sheets(tmp_path / "other labels", "abab")
    sheets(tmp_path / "another network", "aabb", coarse=True)
    first, again, *others = (
        (tmp_path / name / "epoch_004.png").read_bytes()
        for name in ("first", "again", "other labels", "another network")
    )
    assert again == first and first not in others


def test_one_class_has_no_pairs_to_show(tmp_path: Path) -> None:
    sheets(tmp_path, "aaaa")
    assert not list(tmp_path.iterdir())


def test_sheets_of_a_longer_run_before_do_not_stay(tmp_path: Path) -> None:
    for epoch in (3, 4, 5, 12):
        (tmp_path / f"epoch_{epoch:03d}.png").write_bytes(b"from before")
    sheets(tmp_path, "aabb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch_003.png", "epoch_004.png"]


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
