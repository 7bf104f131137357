"""Draw glyphs as contours: HarfBuzz's outline, moved to its place in the run.

HarfBuzz resolves composites, CFF subroutines and the points that TrueType implies midway between
two controls.  A subpath whose points all lie on one line (stray anchors, hairlines) covers no area
and is dropped, so that it cannot stretch the glyph's bounding box.
"""

from collections.abc import Iterator
from functools import partial

import uharfbuzz as hb

from rasm.fonts.contours import Contours, Point, Segment, Subpath

# The constructor of a named tuple takes three times as long, and there are millions.
_segment = partial(tuple.__new__, Segment)


def _move_to(x: float, y: float, subpaths: list[list[Segment]]) -> None:
    subpaths.append([_segment(("moveTo", ((x, y),)))])


def _line_to(x: float, y: float, subpaths: list[list[Segment]]) -> None:
    subpaths[-1].append(_segment(("lineTo", ((x, y),))))


def _quadratic_to(cx: float, cy: float, x: float, y: float, subpaths: list[list[Segment]]) -> None:
    subpaths[-1].append(_segment(("qCurveTo", ((cx, cy), (x, y)))))


def _cubic_to(
    cx: float, cy: float, dx: float, dy: float, x: float, y: float, subpaths: list[list[Segment]]
) -> None:
    subpaths[-1].append(_segment(("cubicTo", ((cx, cy), (dx, dy), (x, y)))))


def _close_path(subpaths: list[list[Segment]]) -> None:
    start, last = subpaths[-1][0], subpaths[-1][-1]
    # HarfBuzz draws the closing edge as a line; closePath says the same.
    if last.command == "lineTo" and last.points == start.points:
        subpaths[-1].pop()
    subpaths[-1].append(Segment("closePath", ()))


def _recorder() -> hb.DrawFuncs:
    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(_move_to)
    funcs.set_line_to_func(_line_to)
    funcs.set_quadratic_to_func(_quadratic_to)
    funcs.set_cubic_to_func(_cubic_to)
    funcs.set_close_path_func(_close_path)
    return funcs


_RECORDER = _recorder()


def glyph_contours(font: hb.Font, glyph: int) -> Contours:
    """Return the outline of one glyph in font units, y up, every subpath closed."""
    subpaths: list[list[Segment]] = []
    font.draw_glyph(glyph, _RECORDER, subpaths)
    return tuple(tuple(subpath) for subpath in subpaths)


def points(contours: Contours) -> Iterator[Point]:
    """Yield every point of an outline, control points included."""
    for subpath in contours:
        for segment in subpath:
            yield from segment.points


def is_flat(subpath: Subpath) -> bool:
    """Whether all points lie on one line, so that the subpath covers no area."""
    along_x = along_y = 0.0
    (x0, y0), *others = points((subpath,))
    for x, y in others:
        dx, dy = x - x0, y - y0
        if along_x * dy != along_y * dx:
            return False
        if along_x == along_y == 0:
            along_x, along_y = dx, dy
    return True


def without_flat(contours: Contours) -> Contours:
    """Drop the subpaths that cover no area."""
    return tuple(subpath for subpath in contours if not is_flat(subpath))


def moved(contours: Contours, dx: float, dy: float) -> Contours:
    """Translate an outline by (dx, dy) font units."""
    if dx == dy == 0:  # most glyphs: a letter is one glyph at the start of its run
        return contours
    return tuple(
        tuple(
            Segment(command, tuple((x + dx, y + dy) for x, y in placed))
            for command, placed in subpath
        )
        for subpath in contours
    )


def bounds(contours: Contours) -> tuple[float, float, float, float]:
    """Return (min x, min y, max x, max y) over all points, control points included.

    This is the exact bounding box where extremes are on-curve, as fonts are drawn.
    Raises ValueError for an outline without points.
    """
    numbers = [
        number
        for subpath in contours
        for _, placed in subpath
        for point in placed
        for number in point
    ]
    xs, ys = numbers[::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)
