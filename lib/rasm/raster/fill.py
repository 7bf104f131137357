"""Filling outlines on a pixel grid: the share of each pixel that an outline covers.

FreeType's smooth rasteriser does it, by area and not by samples, on curves that it cuts into chords
a sixteenth of a pixel off at most. Three fill rules say what is inside:

* winding: non-zero winding number. Overlapping parts unite, counters stay open.
* even_odd: odd number of crossings. Overlaps become holes.
* orientation: contours that turn the dominant way are painted, the others carved, large before
  small (seed of the method: dominant orientation by summed signed area).

Where two contours meet in a pixel, FreeType adds what each covers.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import freetype.raw as ft
import numpy as np
from freetype.ft_enums import FT_PIXEL_MODE_GRAY
from freetype.ft_structs import FT_BBox, FT_Bitmap, FT_Outline, FT_Vector
from numpy.typing import NDArray

from rasm.raster.outline import Outline

FillRule = Literal["winding", "even_odd", "orientation"]
Mask = NDArray[np.bool_]
Coverage = NDArray[np.uint8]
"""(size, size) of 0, nothing, to 255, the whole pixel."""

HALF = 127
"""Of 255: of half a pixel FreeType says 127 or 128, by the way that the contour turns."""

_UNIT = 64  # FreeType counts in 64ths of a pixel
_FAR = 1 << 24  # units from the origin: FreeType's arithmetic of curves has 32 bits
_MOST = (1 << 15) - 1  # points and contours that FreeType can number
_EVEN_ODD = 2
_LONG = np.dtype(ctypes.c_long)


def fill(outline: Outline, size: int, rule: FillRule = "winding") -> Coverage:
    """Share of each of (size, size) pixels that an outline in pixels encloses; row 0 is y = 0.

    Raises ValueError when the outline has too many points, or one too far away.
    """
    if rule != "orientation":
        return _cover(outline, size, _EVEN_ODD if rule == "even_odd" else 0)
    contours = outline.contours()
    areas = [signed_area(contour) for contour in contours]
    dominant = np.sign(sum(areas)) or 1.0
    covered = np.zeros((size, size), dtype=np.uint8)
    for index in sorted(range(len(contours)), key=lambda i: -abs(areas[i])):
        share = _cover(contours[index], size, 0)
        if np.sign(areas[index]) == dominant:
            np.maximum(covered, share, out=covered)
        else:
            np.minimum(covered, 255 - share, out=covered)
    return covered


def curve_bounds(outline: Outline) -> tuple[float, float, float, float]:
    """(min x, min y, max x, max y) of the curves themselves, to 1/64 of the outline's unit.

    Raises ValueError as `fill` does.
    """
    box = FT_BBox()
    with _lent(outline, 0) as lent:
        _check(ft.FT_Outline_Get_BBox(lent, ctypes.byref(box)))
    return box.xMin / _UNIT, box.yMin / _UNIT, box.xMax / _UNIT, box.yMax / _UNIT


def signed_area(outline: Outline) -> float:
    """Area of one contour's control polygon in squared units, positive when x turns towards y."""
    x, y = outline.points.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _cover(outline: Outline, size: int, flags: int) -> Coverage:
    covered = np.zeros((size, size), dtype=np.uint8)
    bitmap = FT_Bitmap(
        rows=size,
        width=size,
        pitch=-size,  # negative: the rows go up with y, and the first is y = 0
        buffer=covered.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)),
        num_grays=256,
        pixel_mode=FT_PIXEL_MODE_GRAY,
    )
    with _lent(outline, flags) as lent:
        _check(ft.FT_Outline_Get_Bitmap(_library(), lent, ctypes.byref(bitmap)))
    return covered


@contextmanager
def _lent(outline: Outline, flags: int) -> Iterator[object]:
    """A reference to the outline in FreeType's own form, for as long as the context is open."""
    if len(outline.points) > _MOST:
        raise ValueError(f"the outline has {len(outline.points)} points, and {_MOST} is the most")
    if not np.abs(outline.points).max() < _FAR:
        raise ValueError(f"the outline has a point further than {_FAR} units from the origin")
    points = np.rint(outline.points * _UNIT).astype(_LONG)
    ends = outline.ends.astype(np.int16)
    yield ctypes.byref(
        FT_Outline(
            len(ends),
            len(points),
            points.ctypes.data_as(ctypes.POINTER(FT_Vector)),
            outline.kinds.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)),
            ends.ctypes.data_as(ctypes.POINTER(ctypes.c_short)),
            flags,
        )
    )


def _check(error: int) -> None:
    if error:
        raise ValueError(f"FreeType cannot draw the outline: error {error}")


class _Local(threading.local):
    """What a thread has for itself: FreeType's libraries must not be shared."""

    def __init__(self) -> None:
        self.library = ctypes.c_void_p()
        _check(ft.FT_Init_FreeType(ctypes.byref(self.library)))


_LOCAL = _Local()


def _library() -> ctypes.c_void_p:
    return _LOCAL.library
