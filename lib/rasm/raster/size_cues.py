"""How large a glyph is in its font and where it stands, which its picture does not tell."""

import math
from collections.abc import Sequence


def size_cues(bbox: Sequence[float], ratio: float) -> tuple[float, float, float, float]:
    """The box in em spans: log2 of width and height, and its lower and upper edge.

    `bbox` is (min_x, min_y, max_x, max_y), and `ratio` its larger side over the em span. Extents
    below a thousandth count as that.
    """
    left, low, right, high = bbox
    span = max(right - left, high - low) / ratio
    width, height = (max(side / span, 1e-3) for side in (right - left, high - low))
    return math.log2(width), math.log2(height), low / span, high / span
