"""Which weights of a family are used: the regular one, the two extremes as well, or all.

The weights of a family are one drawing, thin or thick: they teach a recogniser that a letter stays
itself when its strokes swell. The extremes teach most of that; what lies between is drawn between.
"""

from collections.abc import Sequence
from typing import Literal, TypeVar

Weights = Literal["regular", "spread", "all"]
REGULAR = 400
Weight = TypeVar("Weight", int, float)


def distance_from_regular(weight: float) -> tuple[float, float]:
    """Sort key of a weight: the nearest to 400 first, of two equally near the heavier."""
    return abs(weight - REGULAR), -weight


def chosen_weights(available: Sequence[Weight], weights: Weights) -> list[Weight]:
    """Choose the weight nearest to 400, that with the lightest and the boldest, or all; sorted."""
    if weights == "all":
        return sorted(set(available))
    chosen = {min(available, key=distance_from_regular)}
    if weights == "spread":
        chosen |= {min(available), max(available)}
    return sorted(chosen)
