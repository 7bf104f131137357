"""Many pictures become masks, and what is wrong with one names its place."""

import numpy as np
import pytest
from rasm.raster.masks import packed_masks

from rasm.raster.packing import unpack

INKED = np.full((16, 16), 255, dtype=np.uint8)
INKED[4:12, 6:9] = 0


def test_ink_is_fitted_and_packed() -> None:
    masks = unpack(packed_masks([INKED, 255 - INKED], np.flipud).numpy())
    assert (masks == (INKED == 0)[::-1]).all()


def test_a_blank_picture_is_named_by_its_place() -> None:
    with pytest.raises(ValueError, match="picture 1: .*blank"):
        packed_masks([INKED, np.full_like(INKED, 9)], np.flipud)


def test_no_pictures_are_an_error() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        packed_masks([], np.flipud)
