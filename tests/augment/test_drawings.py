"""A cross as hands draw it: still dark on white, each time otherwise, at no strength itself."""

import numpy as np

from rasm.augment.drawings import waved_drawings
from rasm.inputs.scripts import ScriptInputParams

PARAMS = ScriptInputParams(kind="scripts", picture=96, size=64, pen_px=4)


def crosses(count: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    picture = np.full((96, 96), 255, dtype=np.uint8)
    picture[8:88, 44:52] = 0
    picture[44:52, 8:88] = 0
    return [picture] * count


def test_drawings_are_pictures_dark_on_white() -> None:
    drawn = waved_drawings(crosses(3), PARAMS, strength=1.0, seed=1)
    assert [(one.shape, one.dtype) for one in drawn] == [((96, 96), np.uint8)] * 3
    assert all(0.02 < np.mean(one < 128) < 0.3 for one in drawn)
    assert not np.array_equal(drawn[0], drawn[1]), "no two hands are alike"
    again = waved_drawings(crosses(3), PARAMS, strength=1.0, seed=1)
    assert np.array_equal(drawn, again)


def test_without_strength_the_strokes_stay_where_they_are() -> None:
    (drawn,) = waved_drawings(crosses(1), PARAMS, strength=1e-9, seed=1)
    rows, columns = (np.flatnonzero((drawn < 128).mean(axis=axis) > 0.5) for axis in (1, 0))
    assert len(rows) and len(columns)
    assert abs(rows.mean() - 47.5) < 2 and abs(columns.mean() - 47.5) < 2
