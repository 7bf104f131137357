"""Hands by what they differ in from one that does not tremble."""

from typing import Any

from rasm.augment.pen import Hand

_STEADY = {
    "pen_px": (3, 3),
    **dict.fromkeys(("rotate", "aspect", "shear", "shift", "coarse", "fine"), 0.0),
    **dict.fromkeys(("branch_shift", "branch_rotate", "branch_aspect"), 0.0),
}


def hand(**traits: Any) -> Hand:
    """A steady hand with a pen of three pixels, but for `traits`."""
    return Hand(**{**_STEADY, **traits})
