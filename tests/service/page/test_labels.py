"""What the page says and shows of labels."""

from pathlib import Path

import numpy as np
import pytest

from rasm.raster.packing import unpack
from rasm.service.page.labels import PICTURE, described, drawn_examples

FONTS = Path(__file__).parents[3] / "dataset/fonts"


def test_labels_have_characters_and_a_kind() -> None:
    beh, fatha = described(["beh_init", "fatha"])
    assert beh == {
        "label": "beh_init",
        "text": "ب\u200d",
        "codes": (0x628,),
        "name": "ARABIC LETTER BEH",
        "kind": "init",
    }
    assert fatha["kind"] == "diacritic"


@pytest.mark.slow
def test_examples_are_centred_pictures_and_marks_are_small() -> None:
    alef, fatha = unpack(drawn_examples(["alef", "fatha"], FONTS))
    assert alef.shape == (PICTURE, PICTURE)
    rows, columns = (np.flatnonzero(alef.any(axis=axis)) for axis in (1, 0))
    assert len(rows) == PICTURE
    assert abs(columns[0] + columns[-1] - (PICTURE - 1)) <= 1
    assert 0 < np.ptp(np.flatnonzero(fatha.any(axis=0))) < PICTURE // 2


@pytest.mark.slow
def test_a_label_that_no_font_draws_is_named() -> None:
    with pytest.raises(ValueError, match="draws no_such_letter"):
        drawn_examples(["alef", "no_such_letter"], FONTS)
