"""When two glyphs of one font are one drawing: equal in shape, in size, and marks in place too.

Pictures are scaled to fill their frame, so a small high seen is the picture of a seen. What sets
them apart is the size in the font, and what sets a kasra apart from a fatha is where it stands:
`size_cues` say both, in em spans.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.inventory import Item
from rasm.raster.face import DrawnFace

_DIFFERING = 0.01  # of the pixels of either that a copy, moved by half a unit, may differ in
_SIZE = 0.1  # of log2: 7% larger or smaller
_PLACE = 0.04  # em spans; fonts that lower a mark for short letters do so by more


class Drawings:
    """The drawn glyphs of a face, to be compared by row."""

    def __init__(self, face: DrawnFace) -> None:
        self._bits = np.unpackbits(face.rasters, axis=1).astype(bool)  # (N, pixels)
        self._cues = face.cues
        self._is_mark = np.array([is_mark(item) for item in face.items], dtype=bool)
        self._rows: dict[bytes, list[int]] = defaultdict(list)
        for row, raster in enumerate(face.rasters):
            self._rows[raster.tobytes()].append(row)

    def same(self, row: int, other: int) -> bool:
        """Whether two rows are one drawing."""
        if np.abs(self._cues[row, :2] - self._cues[other, :2]).max() > _SIZE:
            return False
        if self._is_mark[row] and self._is_mark[other] and self._apart(row, other) > _PLACE:
            return False
        mine, theirs = self._bits[row], self._bits[other]
        return bool((mine ^ theirs).sum() <= _DIFFERING * (mine | theirs).sum())

    def copies(self) -> list[tuple[int, ...]]:
        """Rows of one drawing to the pixel, wherever there are several."""
        return [
            group
            for rows in self._rows.values()
            if len(rows) > 1
            for group in self._parted(rows)
            if len(group) > 1
        ]

    def _parted(self, rows: Sequence[int]) -> list[tuple[int, ...]]:
        """Rows of one picture, by size and place."""
        groups: list[list[int]] = []
        for row in rows:
            group = next((one for one in groups if self.same(one[0], row)), None)
            if group is None:
                groups.append([row])
            else:
                group.append(row)
        return [tuple(group) for group in groups]

    def _apart(self, row: int, other: int) -> float:
        return float(np.abs(self._cues[row, 2:] - self._cues[other, 2:]).max())


def middles(cues: NDArray[np.float32]) -> NDArray[np.float32]:
    """How high each glyph stands, (N,), in em spans, from its size cues (N, 4)."""
    return np.asarray(cues[:, 2:].mean(axis=1))


def is_mark(item: Item) -> bool:
    """Whether all that the item shows are marks, of which place is a part."""
    return item.char_class == "diacritic"
