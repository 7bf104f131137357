"""Outlines as grey pictures: place, size and shade by hand."""

import numpy as np
import pytest

from rasm.corpora.letter_font import draw_grey


def rectangle(width: float, height: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[5, 7], [5 + width, 7], [5 + width, 7 + height], [5, 7 + height]], dtype=float)


def test_larger_side_fills_all_but_the_margin_and_the_rest_is_centred() -> None:
    picture = draw_grey([rectangle(20, 40)], size=16, margin=0.125)
    assert picture.dtype == np.uint8
    expected = np.full((16, 16), 255)
    expected[2:14, 5:11] = 0
    assert picture.tolist() == expected.tolist()


def test_up_is_up() -> None:
    low = np.array([[0, 0], [40, 0], [40, 10], [10, 10], [10, 40], [0, 40]], dtype=float)
    picture = draw_grey([low], size=8, margin=0.0)
    assert picture[:6, 2:].min() == 255
    assert picture[6:].max() == 0
    assert picture[:, :2].max() == 0


def test_edges_are_grey_by_what_they_cover() -> None:
    """12 of 16 units: columns 0 and 3 of 4 are half covered."""
    picture = draw_grey([rectangle(12, 16)], size=4, margin=0.0)
    assert picture[0].tolist() == [128, 0, 0, 128]


def test_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="no extent"):
        draw_grey([np.zeros((3, 2))], size=8, margin=0.0)
