"""Glyphs on a page put in reading order: lines of words of signs.

A sign is what a reader takes for one: a glyph, or, in fonts that draw letters of parts, a skeleton
with the dots that stand above or below it. Vowel signs are signs of their own, after what they
stand on. Order is from right to left; what reads from left to right in it, numbers and Latin, is
turned when it has been read (`rasm.decoding.order`).

Glyphs follow each other in a line as they are drawn, for all producers draw a word at a time:
where the next one goes on beside the last, it may stand higher or lower, as in nastaliq; where it
does not, it is on the same line if it has the same base line.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasm.decoding.readings import Place
from rasm.pdf.content import Shown
from rasm.raster.dot import is_dot
from rasm.raster.outline import Outline

# In ems. Constants of the method.
_SAME_BASELINE = 0.2
_CASCADE = 1.4
"""How much higher or lower the next letter of a nastaliq word may stand."""
_BESIDE = 0.7
_OVER = 0.4
"""How far it may reach over the last one."""
_GAP = 0.22
"""White between letters from which on it is a space, where a page draws spaces."""
_NARROW_GAP = 0.09
"""The same where it draws none, as TeX does: letters stand .06 apart at most, words .1 at least, by
eight validation and training fonts."""
_LETTERS_A_SPACE = 20
"""Letters on each space at most, on a page that draws spaces."""
_NO_SPACE = 0.02
"""Room of a glyph without ink, and white across it, up to which it is no space."""
_MARK_WIDTH = 0.02
_GRID = 0.05
"""How exactly the place of dots is told."""


class Part(NamedTuple):
    """A glyph of a sign, and how far it stands from the first, in steps of a twentieth em."""

    font: int
    code: int
    is_mark: bool = False
    """Whether it takes no room: a sign that is one stands over or under another."""
    right: int = 0
    up: int = 0
    said: str | None = None
    """What the page itself says that it is, as of `Shown`."""


Sign = tuple[Part, ...]
Word = tuple[Sign, ...]
PlacedSign = tuple[Sign, tuple[int, ...]]
"""A sign, and its glyphs by their numbers on the page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is known of a code's glyph, in ems."""

    box: tuple[float, float, float, float] | None
    """Left, low, right, high of its ink; None where it leaves none."""
    dots: int
    """How many dots it is; 0 for anything else."""
    em: float = 1.0
    """An em of its font at size 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: words from right to left."""

    words: tuple[Word, ...]
    y: float
    """Of the base line, in points from the bottom of the page, or along its own upright."""


@dataclass(slots=True)
class _Placed:
    """A glyph in coordinates along its line, in points."""

    number: int
    """On the page, in the order in which glyphs are drawn."""
    shown: Shown
    x: float
    y: float
    size: float
    end: float
    drawn: Drawn

    @property
    def is_mark(self) -> bool:
        return self.drawn.box is not None and abs(self.end - self.x) <= _MARK_WIDTH * self.size

    @property
    def is_space(self) -> bool:
        """Whether it has room and no ink; fonts join and part letters with what has neither."""
        return self.drawn.box is None and abs(self.end - self.x) > _NO_SPACE * self.size

    @property
    def ink(self) -> tuple[float, float]:
        """Left and right of the ink along the line."""
        if self.drawn.box is None:
            return self.x, self.end
        return self.x + self.drawn.box[0] * self.size, self.x + self.drawn.box[2] * self.size


def lines_of(shown: Iterable[Shown], drawn: Mapping[tuple[int, int], Drawn]) -> list[Line]:
    """The lines of a page, top to bottom; text in other directions follows the upright."""
    return [
        Line(tuple(tuple(sign for sign, _ in word) for word in words), baseline)
        for words, baseline in placed_lines(shown, drawn)
    ]


def placed_lines(
    shown: Iterable[Shown], drawn: Mapping[tuple[int, int], Drawn]
) -> list[tuple[list[list[PlacedSign]], float]]:
    """The same, each sign with its glyphs on the page; words of each line and its base line."""
    by_angle: dict[int, list[_Placed]] = {}
    for number, glyph in enumerate(shown):
        a, b, c, d, e, f = glyph.place
        length, size = math.hypot(a, b), math.hypot(c, d)
        if length == 0 or size == 0 or glyph.is_hidden:
            continue
        angle = round(math.degrees(math.atan2(b, a)))
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x, y = e * cos + f * sin, f * cos - e * sin
        known = drawn[glyph.font, glyph.code]
        end = x + glyph.advance * length
        placed = _Placed(number, glyph, x, y, size * known.em, end, known)
        by_angle.setdefault(angle, []).append(placed)
    spaces = sum(glyph.is_space for glyphs in by_angle.values() for glyph in glyphs)
    gap = _GAP if spaces * _LETTERS_A_SPACE >= sum(map(len, by_angle.values())) else _NARROW_GAP
    return [
        (_words(glyphs, gap), _baseline(glyphs))
        for angle in sorted(by_angle, key=lambda angle: (angle != 0, angle))
        for glyphs in _rows(by_angle[angle])
    ]


def _rows(glyphs: Sequence[_Placed]) -> list[list[_Placed]]:
    rows: list[list[_Placed]] = []
    beside: list[tuple[_Placed, list[_Placed]]] = []  # the last glyph that is no mark, and its row
    marks: list[_Placed] = []  # drawn since; from left to right they come before their letters
    step = 0.0
    for glyph in glyphs:
        if glyph.is_mark:
            marks.append(glyph)
            continue
        if beside and _goes_on(beside[0][0], glyph, step):
            step, row = glyph.x - beside[0][0].x, beside[0][1]
        else:
            step, row = 0.0, []
            rows.append(row)
        rows += _taken_in(marks, [*beside, (glyph, row)])
        row.append(glyph)
        beside, marks = [(glyph, row)], []
    rows += _taken_in(marks, beside)
    joined: list[list[_Placed]] = []
    for row in sorted(rows, key=lambda row: -_baseline(row)):
        if joined and abs(_baseline(joined[-1]) - _baseline(row)) <= _SAME_BASELINE * row[0].size:
            joined[-1] += row
        else:
            joined.append(list(row))
    return joined


def _taken_in(
    marks: Iterable[_Placed], beside: Sequence[tuple[_Placed, list[_Placed]]]
) -> list[list[_Placed]]:
    """Put marks into the rows of the nearest glyphs; the others are rows of their own."""
    alone: list[list[_Placed]] = []
    for mark in marks:
        near = [(base, row) for base, row in beside if _goes_on(base, mark, 0.0)]
        if near:
            min(near, key=lambda one: _distance(mark, one[0]))[1].append(mark)
        else:
            alone.append([mark])
    return alone


def _distance(mark: _Placed, base: _Placed) -> float:
    middle, (left, right) = sum(mark.ink) / 2, base.ink
    return max(left - middle, middle - right, 0.0) + abs(base.y - mark.y)


def _goes_on(last: _Placed, glyph: _Placed, step: float) -> bool:
    """Whether a glyph stands on the line of the last one, which stood by a `step` from its own."""
    size = max(last.size, glyph.size)
    rise = abs(glyph.y - last.y)
    if rise <= _SAME_BASELINE * size:
        return True
    right, left = max(last.x, last.end), min(last.x, last.end)
    apart = max(min(glyph.x, glyph.end) - right, left - max(glyph.x, glyph.end))
    turns_back = step * (glyph.x - last.x) < 0
    return rise <= _CASCADE * size and -_OVER * size <= apart <= _BESIDE * size and not turns_back


def _baseline(row: Sequence[_Placed]) -> float:
    return float(np.median([glyph.y for glyph in row if not glyph.is_mark] or [row[0].y]))


def _words(row: Sequence[_Placed], gap: float) -> list[list[PlacedSign]]:
    bases = sorted(
        (glyph for glyph in row if not glyph.is_mark), key=lambda glyph: -max(glyph.x, glyph.end)
    )
    marks = _attached(bases, [glyph for glyph in row if glyph.is_mark])
    words: list[list[PlacedSign]] = [[]]
    last: _Placed | None = None
    blank = False
    for number, base in enumerate(bases):
        if base.drawn.box is None:
            blank = blank or base.is_space
            continue
        if last is not None:
            white = (min(last.x, last.end) - max(base.x, base.end)) / base.size
            if white > gap or (blank and abs(white) > _NO_SPACE):
                words.append([])
        words[-1] += _signs(base, marks.get(number, []))
        last, blank = base, False
    return [word for word in words if word]


def _attached(bases: Sequence[_Placed], marks: Sequence[_Placed]) -> dict[int, list[_Placed]]:
    """The marks by the number of the glyph on which each stands."""
    found: dict[int, list[_Placed]] = {}
    inked = [(n, *base.ink, base.y) for n, base in enumerate(bases) if base.drawn.box]
    if not inked:
        return found
    number, left, right, y = map(np.array, zip(*inked, strict=True))
    for mark in marks:
        middle = sum(mark.ink) / 2
        outside = np.maximum(np.maximum(left - middle, middle - right), 0)
        # Of glyphs that overlap, the one whose middle is nearer.
        near = outside * 10 + abs((left + right) / 2 - middle) + abs(y - mark.y) / 4
        found.setdefault(int(number[near.argmin()]), []).append(mark)
    return found


def _signs(base: _Placed, marks: Sequence[_Placed]) -> list[PlacedSign]:
    parts, numbers = [_part(base)], [base.number]
    others: list[PlacedSign] = []
    for mark in sorted(marks, key=lambda mark: (mark.y, mark.x)):
        if mark.drawn.dots:
            step = _GRID * base.size
            right, up = round((mark.x - base.x) / step), round((mark.y - base.y) / step)
            parts.append(_part(mark, right, up))
            numbers.append(mark.number)
        else:
            others.append(((_part(mark),), (mark.number,)))
    return [(tuple(parts), tuple(numbers)), *others]


def _part(glyph: _Placed, right: int = 0, up: int = 0) -> Part:
    shown = glyph.shown
    return Part(shown.font, shown.code, glyph.is_mark, right, up, shown.said)


def said_of(sign: Sign) -> str | None:
    """What the page itself says of a sign, in a span with other signs or alone; or None."""
    said = [part.said for part in sign if part.said is not None]
    return "".join(said) if said else None


def as_drawn(sign: Sign) -> Sign:
    """A sign by what it draws alone, whatever is said of it."""
    return tuple(part._replace(said=None) for part in sign)


def outline_of_sign(sign: Sign, outlines: Mapping[tuple[int, int], Outline | None]) -> Outline:
    """The outlines of a sign's parts as one. Raises ValueError where it draws nothing."""
    points, kinds, ends, count = [], [], [], 0
    for part in sign:
        outline = outlines[part.font, part.code]
        if outline is None:
            continue
        points.append(outline.points + np.array([part.right, part.up]) * (1000 * _GRID))
        kinds.append(outline.kinds)
        ends.append(outline.ends + count)
        count += len(outline.points)
    if not points:
        raise ValueError("a sign without an outline")
    return Outline(np.concatenate(points), np.concatenate(kinds), np.concatenate(ends))


def dots_of(outline: Outline) -> int:
    """How many dots an outline is, one to four; 0 for anything else.

    Dots are small and solid. One fills half of its box or more, be it a circle, a square or a
    diamond; of dots that touch, as many as the box is longer than wide fill as much, and the shape
    is its own mirror image, which the strokes of vowel signs are not.
    """
    contours = outline.contours()
    if len(contours) > 4:
        return 0
    count, areas = 0, []
    for contour in contours:
        width, height = np.ptp(contour.points, axis=0) / 1000
        if min(width, height) <= 0 or max(width, height) > _DOTS:
            return 0
        area = _area(contour.points / 1000)
        filled, longer = abs(area) / (width * height), max(width / height, height / width)
        if filled < _SOLID or (
            longer > _ROUND and not (width < 3.4 * height and _is_level(contour))
        ):
            return 0
        count += 1 if longer <= _ROUND else round(longer)
        areas.append(area)
    one_way = all(area > 0 for area in areas) or all(area < 0 for area in areas)
    return count if one_way and count <= 4 else 0


def place_of(
    low: float, high: float, dots: int, picture: NDArray[np.bool_], *, is_mark: bool
) -> Place:
    """Where a glyph stands whose ink reaches from `low` to `high` of the base line.

    `dots` is what `dots_of` says of it, `picture` (S, S) is as it was drawn; a mark takes no room.
    """
    if is_mark:
        return "below" if low + high < 0 else "above"
    return "stop" if dots == 1 and is_dot(picture) else "line"


_DOTS = 0.4
"""Ems that dots are long or high at most."""
_SOLID = 0.4
_UNEVEN = 0.12
_ROUND = 1.6


def _area(points: NDArray[np.float64]) -> float:
    x, y = points.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _is_level(contour: Outline) -> bool:
    """Whether the left half of an outline lies as high as the right one."""
    x, y = contour.points.T
    middle = (x.min() + x.max()) / 2
    left, right = y[x <= middle].mean(), y[x >= middle].mean()
    return bool(abs(left - right) < _UNEVEN * np.ptp(y))
