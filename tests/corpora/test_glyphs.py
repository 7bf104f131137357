"""Glyphs become items of their shape, in the split of their family."""

import io

import numpy as np
import pytest
from PIL import Image

from rasm.corpora.corpus import CorpusItem
from rasm.corpora.glyphs import drawn, glyph_items
from rasm.raster.packing import pack
from rasm.store.manifest import Roster


def roster(*glyphs: tuple[int, int, str]) -> Roster:
    """Of (number, label, family)."""
    numbers, labels, families = zip(*glyphs, strict=True)
    count = len(glyphs)
    return Roster(
        glyph_ids=np.array(numbers),
        labels=np.array(labels),
        fonts=np.array(families),
        families=np.array(families),
        char_classes=np.full(count, ""),
        is_diacritic=np.zeros(count, dtype=np.bool_),
        cues=np.zeros((count, 4), dtype=np.float32),
    )


def test_items_are_named_by_all_that_looks_alike() -> None:
    items = glyph_items(
        {"train": roster((7, 1, "amiri"), (2, 0, "amiri")), "test": roster((5, 2, "oi"))},
        ["beh", "kaf_init", "keheh_init"],
        np.array([0, 1, 1]),
        [["beh"], ["keheh_init", "kaf_init"]],
    )
    assert items == [
        CorpusItem(2, "beh", "amiri", "train", "amiri", (0x0628,)),
        CorpusItem(5, "keheh_init | kaf_init", "oi", "test", "oi", (0x06A9,)),
        CorpusItem(7, "keheh_init | kaf_init", "amiri", "train", "amiri", (0x0643,)),
    ]


def test_a_label_that_is_unknown_to_unicode_has_no_code_points() -> None:
    (item,) = glyph_items({"val": roster((1, 0, "amiri"))}, ["x"], np.array([0]), [["x"]])
    assert item.codepoints == ()


def test_ink_is_black_on_white() -> None:
    mask = np.eye(16, dtype=np.bool_)
    with Image.open(io.BytesIO(drawn(pack(mask)))) as image:
        picture = np.array(image)
    assert picture.dtype == np.uint8
    assert (picture == np.where(mask, 0, 255)).all()


@pytest.mark.parametrize("bytes_", [3, 5])
def test_bytes_of_no_picture_are_refused(bytes_: int) -> None:
    with pytest.raises(ValueError, match="no 5x5|no 6x6|picture"):
        drawn(np.zeros(bytes_, dtype=np.uint8))
