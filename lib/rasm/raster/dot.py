"""A picture of one dot: a full stop, a zero, or one of the dots of a letter."""

import numpy as np
from numpy.typing import NDArray

# Constants of the method: circles, squares and diamonds pass, slanted ones too; commas do not.
_LONGER = 1.35
_FULL = 0.45
_ALIKE = 0.85


def is_dot(ink: NDArray[np.bool_]) -> bool:
    """Whether a mask (H, W) shows one solid shape, about as wide as high, the same upside down."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return False
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if max(box.shape) > _LONGER * min(box.shape) or box.mean() < _FULL:
        return False
    turned = box[::-1, ::-1]
    return bool((box & turned).sum() >= _ALIKE * (box | turned).sum())
