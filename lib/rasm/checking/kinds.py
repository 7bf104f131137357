"""What kind of fault a glyph shows that is read as another: what the rest of its font says of it.

A glyph that looks like teh where beh is claimed may be a strange beh, or teh in its place. The
font's own teh tells: is it the same drawing, does it look like beh in turn, or is it a sound teh,
drawn otherwise? A font draws teh in one way, so in the last case there is little reason to believe
that this is another one; least where the sound one has another size, as seen beside a small high
seen.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasm.checking.drawings import Drawings, middles
from rasm.fonts.inventory import Item
from rasm.raster.face import DrawnFace

Fault = Literal["swapped", "duplicate", "isolated", "empty", "misencoded", "doubtful"]
FAULTS: tuple[Fault, ...] = ("swapped", "duplicate", "isolated", "empty", "misencoded", "doubtful")
_ABOVE, _BELOW = {230, 27, 28, 30, 31, 33, 34, 35}, {220, 29, 32}  # canonical combining classes
_HIGHER = 0.1  # em spans by which a mark of below must stand above one of above


@dataclass(frozen=True, slots=True)
class Finding:
    """The row of a face that is suspect, the kind of its fault, and the row that explains it."""

    row: int
    kind: Fault
    partner: int | None = None
    by_place: bool = False
    """Whether where it stands gives it away, not its shape."""
    times_larger: float = 1.0
    """How much larger the partner is drawn."""


def find_faults(
    face: DrawnFace, claims: NDArray[np.int64], scores: NDArray[np.float64]
) -> Iterator[Finding]:
    """Of a face of N items: what `claims` (N,) of P(shape class) (N, C) do not hold, by row."""
    drawings, read = Drawings(face), scores.argmax(axis=1)
    own = scores[np.arange(len(claims)), claims]
    suspect = scores.max(axis=1) > own
    copies = {row: group for group in drawings.copies() for row in group}
    isolated = {item.code_points: row for row, item in enumerate(face.items) if item.form == "isol"}
    for row in np.flatnonzero(suspect).tolist():
        item, answer = face.items[row], read[row]
        alone = isolated.get(item.code_points)
        if alone is not None and claims[alone] != claims[row]:  # noqa: SIM102
            if answer == claims[alone] or drawings.same(row, alone):
                yield Finding(row, "isolated", alone)
                continue
        owners = [one for one in np.flatnonzero(claims == answer).tolist() if one != row]
        twins = [one for one in owners if drawings.same(row, one)]
        twins += [one for one in copies.get(row, ()) if claims[one] != claims[row]]
        changed = [one for one in owners if suspect[one] and read[one] == claims[row]]
        if changed:
            yield Finding(row, "swapped", _nearest(face, row, changed))
        elif twins:
            yield Finding(row, "duplicate", _nearest(face, row, twins))
        elif all(suspect[one] for one in owners):
            yield Finding(row, "misencoded", owners[0] if owners else None)
        else:
            sound = _nearest(face, row, [one for one in owners if not suspect[one]])
            times = 2 ** float((face.cues[sound, :2] - face.cues[row, :2]).mean())
            yield Finding(row, "doubtful", sound, times_larger=times)
    yield from _misplaced(face, claims, suspect)


def _nearest(face: DrawnFace, row: int, rows: list[int]) -> int:
    """Of several rows the one that is most like a row by size and place."""
    return min(rows, key=lambda one: float(np.abs(face.cues[row] - face.cues[one]).sum()))


def _misplaced(
    face: DrawnFace, claims: NDArray[np.int64], suspect: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Marks of one shape, such as fatha and kasra, of which the lower one is to stand above."""
    height = middles(face.cues)
    sides = {row: side_of(item) for row, item in enumerate(face.items)}
    marks = [row for row, side in sides.items() if side and not suspect[row]]
    for row in marks:
        wrong = [
            one
            for one in marks
            if claims[one] == claims[row]
            and sides[one] == -sides[row]
            and sides[row] * (height[one] - height[row]) > _HIGHER
        ]
        if wrong:
            yield Finding(row, "swapped", _nearest(face, row, wrong), by_place=True)


def feature_of(item: Item) -> str:
    """The OpenType feature of an item's form: isol, init, medi or fina."""
    return "fina" if item.form == "final" else item.form


def side_of(item: Item) -> int:
    """1 for a mark that stands above letters, -1 for one below, 0 for all else."""
    if len(item.code_points) != 1:
        return 0
    place = unicodedata.combining(chr(item.code_points[0]))
    return int(place in _ABOVE) - int(place in _BELOW)
