"""A rectangle's outline is a frame; what is like it is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.raster.frame import is_frame
from tests.raster.real_glyphs import rasters_of


def frame(height: int, width: int, pen: int) -> NDArray[np.bool_]:
    """A frame of these outer sides, 5 pixels off the corner of a mask with room on all sides."""
    ink = np.zeros((height + 12, width + 12), dtype=np.bool_)
    ink[5 : 5 + height, 5 : 5 + width] = True
    ink[5 + pen : 5 + height - pen, 5 + pen : 5 + width - pen] = False
    return ink


@pytest.mark.parametrize(
    ("height", "width", "pen"), [(40, 40, 1), (60, 30, 4), (20, 90, 2), (40, 40, 10)]
)
def test_frames_of_any_proportions(height: int, width: int, pen: int) -> None:
    assert is_frame(frame(height, width, pen))


def test_a_soft_corner_is_forgiven_a_missing_side_is_not() -> None:
    ink = frame(40, 40, 4)
    ink[5:8, 5:8] = False
    assert is_frame(ink)
    ink[9:41, 5:9] = False
    assert not is_frame(ink)


def test_what_is_no_frame() -> None:
    crossed = frame(40, 40, 3)
    np.fill_diagonal(crossed[5:45, 5:45], True)
    crossed |= np.roll(crossed, 1, axis=1) | np.roll(crossed, -1, axis=1)
    barred = frame(40, 40, 3)
    barred[23:26, 5:45] = True
    slit = frame(40, 40, 15)  # a hole of 10 x 10 in 40 x 40 is a sixteenth
    far = np.abs(np.mgrid[-20:21, -20:21]).sum(axis=0)
    diamond = (far <= 20) & (far >= 16)
    for ink in (
        crossed,
        barred,
        slit,
        diamond,
        np.ones((9, 9), np.bool_),
        np.zeros((9, 9), np.bool_),
    ):
        assert not is_frame(ink)


def test_no_glyph_of_a_font_is_a_frame() -> None:
    assert not [label for label, drawn in rasters_of("cairo").items() if is_frame(drawn.mask)]
