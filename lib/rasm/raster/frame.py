"""The empty box that fonts draw for a character that they lack.

Most fonts give their glyph 0, `.notdef`, the outline of a rectangle, and so a picture of a missing
character is a frame. Hardly any letter is one: of 50,813 Arabic glyphs of 48 families one is, a
square sukun, but of the 101 drawn `.notdef` of these fonts 61 are. A frame lies level: one on its
corner is a letter more often, such as the stops with an empty centre.
"""

import numpy as np
from numpy.typing import NDArray

# Constants of the method, as found among the fonts above.
_STRAY = 0.1  # of the ink: pixels that a frame may lack or have too many, as from soft corners
_HOLLOW = 0.25  # of the box: less is a slit in a solid rectangle


def is_frame(ink: NDArray[np.bool_]) -> bool:
    """Whether a mask (H, W) shows a rectangle's outline and nothing else, of any proportions."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return False
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    (top, bottom), (left, right) = _open(~box), _open(~box.T)
    height, width = box.shape
    if not (0 < top < bottom < height and 0 < left < right < width):
        return False
    frame = np.ones_like(box)
    frame[top:bottom, left:right] = False
    strays = np.count_nonzero(box != frame)
    hollow = 1 - frame.mean()
    return bool(strays <= _STRAY * np.count_nonzero(box) and hollow >= _HOLLOW)


def _open(background: NDArray[np.bool_]) -> tuple[int, int]:
    """First and end of the lines of (H, W) with half of the background of the emptiest, or more."""
    share = background.mean(axis=1)
    lines = np.flatnonzero(share >= share.max() / 2)
    return int(lines[0]), int(lines[-1]) + 1
