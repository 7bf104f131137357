"""Sheets of pairs, read back from the PNG: places, rims, and what stands under them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rasm.report import pair_sheet
from rasm.report.pair_sheet import ShownPair, write_pair_sheet
from rasm.report.pictures import Strip

BAR = np.full((64, 64), 255, dtype=np.uint8)
BAR[10:54, 28:36] = 0
WIDE = np.full((40, 80, 3), (0, 0, 255), dtype=np.uint8)
RED = (190, 20, 0)


def pair(first: str, second: str) -> ShownPair:
    return ShownPair((BAR, WIDE), (first, second))


PAIRS = [pair("alif", "ba"), pair("alif", "alif"), pair("ba", "ta"), pair("ba", "ba")]
FAR_NEAR = np.array([1.5, 0.25, 0.5, 1.0], dtype=np.float32)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], list[Strip], int]]:
    """What is handed on to be drawn; drawing itself has its own tests."""
    found = []
    real = pair_sheet.write_strips

    def listen(path: Path, heading: list[str], strips: list[Strip], columns: int) -> None:
        found.append((heading, strips, columns))
        real(path, heading, strips, columns)

    monkeypatch.setattr(pair_sheet, "write_strips", listen)
    return found


def rim(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colours of the four outermost rows and columns, and no others."""
    inside = np.zeros(picture.shape[:2], dtype=np.bool_)
    inside[4:-4, 4:-4] = True
    return picture[~inside]


def test_captions_by_hand(tmp_path: Path, drawn: list[tuple[list[str], list[Strip], int]]) -> None:
    """At 1.0: two classes at 0.5 are taken for one, and one class at 1.0 itself for two."""
    write_pair_sheet(tmp_path / "pairs.png", "Epoch 3", PAIRS, FAR_NEAR, 1.0)
    ((heading, strips, columns),) = drawn
    assert heading == ["Epoch 3", "2 of 4 pairs judged rightly: same below 1.00"]
    assert columns % 2 == 0, "a pair must not be torn apart"
    assert [strip.title for strip in strips] == [
        "One class: mean distance 0.62",
        "Two classes: mean distance 1.00",
    ]
    captions = [[tile.caption for tile in strip.tiles] for strip in strips]
    assert captions == [
        [
            ["alif", "distance 0.25"],
            ["alif", "same: right"],
            ["ba", "distance 1.00"],
            ["ba", "different: wrong"],
        ],
        [
            ["alif", "distance 1.50"],
            ["ba", "different: right"],
            ["ba", "distance 0.50"],
            ["ta", "same: wrong"],
        ],
    ]
    for strip in strips:
        for number, tile in enumerate(strip.tiles):
            assert (rim(tile.picture) == RED).all() == (number >= 2)


def test_pictures_are_whole_in_the_middle(
    tmp_path: Path, drawn: list[tuple[list[str], list[Strip], int]]
) -> None:
    """Twice as wide as high: blue in the middle half of the rows, on white."""
    write_pair_sheet(tmp_path / "pairs.png", "", [PAIRS[1]], FAR_NEAR[1:2], 1.0)
    first, second = (tile.picture for tile in drawn[0][1][0].tiles)
    assert first.shape == second.shape == (128, 128, 3)
    assert (first == first[..., :1]).all() and (first[24:104, 58:70] < 40).all()
    assert (second[32:96] == (0, 0, 255)).all()
    assert (second[:32] == 255).all() and (second[96:] == 255).all()


def test_the_sheet_shows_them(tmp_path: Path) -> None:
    """The right pairs' wide pictures, 64 rows of 128 blue pixels, and the wrong ones' rims."""
    path = tmp_path / "new" / "pairs.png"
    write_pair_sheet(path, "Epoch 3", PAIRS, FAR_NEAR, 1.0)
    with Image.open(path) as image:
        sheet = np.asarray(image.convert("RGB"))
    blue = (sheet == (0, 0, 255)).all(axis=2).sum()
    assert blue == 2 * 64 * 128 + 2 * 64 * 120
    assert (sheet == RED).all(axis=2).sum() == 4 * (128**2 - 120**2)


def test_pairs_without_a_distance_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="4 pairs have 3 distances"):
        write_pair_sheet(tmp_path / "pairs.png", "", PAIRS, FAR_NEAR[:3], 1.0)
