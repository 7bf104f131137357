"""After each epoch the same pairs are drawn anew, with the distances of the day."""

from pathlib import Path

import numpy as np
from PIL import Image
from torch import nn

from rasm.training.pair_sheets import pair_sheets
from tests.training.pixels import Pixels
from tests.training.views.sections import views

BARS = (10, 20, 30, 40)  # high


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
