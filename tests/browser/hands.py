"""Letters as strokes that a hand drew, points of a square of 100, and other hands drawing the same.

The corners of the recorded points are cut until they are curves. The other hands slant, stretch and
tremble, each in its own way.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Strokes = list[list[tuple[float, float]]]

_DOT = [(0, 0), (1, 1)]
_BOWL = [(88, 36), (86, 50), (72, 60), (50, 62), (28, 60), (14, 50), (12, 36)]
_DEEP = [(74, 34), (78, 52), (70, 70), (50, 77), (30, 70), (22, 54), (25, 42)]
_CURL = [(78, 24), (60, 18), (40, 24), (30, 28), (62, 32)]
_CURL += [(40, 40), (28, 58), (36, 78), (62, 86), (84, 80)]


_HANDS = [(0, 1, 0), (0.12, 1.15, 0.4), (-0.1, 0.85, 0.6)]


def _dot(x: float, y: float) -> list[tuple[float, float]]:
    return [(x + dx, y + dy) for dx, dy in _DOT]


LETTERS: dict[str, Strokes] = {
    "alef": [[(50, 12), (50, 50), (51, 88)]],
    "beh": [_BOWL, _dot(50, 78)],
    "teh": [_BOWL, _dot(43, 36), _dot(58, 36)],
    "theh": [_BOWL, _dot(42, 38), _dot(58, 38), _dot(50, 24)],
    "noon": [_DEEP, _dot(50, 36)],
    "hah": [_CURL],
    "jeem": [_CURL, _dot(58, 60)],
    "dal": [[(42, 25), (58, 38), (66, 56), (58, 68), (40, 70), (26, 66)]],
    "reh": [[(66, 28), (70, 45), (62, 64), (46, 78), (28, 84)]],
    "zain": [[(66, 38), (70, 52), (62, 68), (46, 80), (28, 86)], _dot(64, 20)],
    "lam": [[(72, 10), (73, 40), (74, 62), (66, 80), (46, 86), (28, 78), (24, 62)]],
    "waw": [
        [
            (66, 46),
            (54, 54),
            (42, 48),
            (42, 34),
            (54, 26),
            (66, 34),
            (68, 52),
            (58, 72),
            (40, 84),
            (24, 88),
        ]
    ],  # fmt: skip
    "seen": [
        [
            (92, 36),
            (92, 50),
            (84, 54),
            (76, 50),
            (76, 38),
            (76, 50),
            (68, 54),
            (60, 50),
            (60, 36),
            (62, 56),
            (54, 72),
            (36, 78),
            (18, 70),
            (12, 54),
            (16, 44),
        ]
    ],  # fmt: skip
    "tah": [
        [(40, 8), (40, 40), (40, 74)],
        [(30, 74), (42, 60), (60, 48), (76, 52), (80, 64), (66, 74), (40, 75), (26, 74)],
    ],
}


def hands(label: str) -> Iterator[Strokes]:
    """The letter as three hands draw it, in a square whose sides are 1."""
    for seed, (slant, width, tremble) in enumerate(_HANDS):
        random = np.random.default_rng(seed)
        drawn = []
        for stroke in LETTERS[label]:
            points = _smooth(np.array(stroke, dtype=np.float64)) / 100 - 0.5
            points = points @ np.array([[width, 0], [-slant, 1]]) * 0.8
            points += random.normal(0, tremble / 100, points.shape)
            drawn.append([(float(x), float(y)) for x, y in points + 0.5])
        yield drawn


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each corner cut three times (Chaikin 1974)."""
    for _ in range(3):
        first, last = points[:-1], points[1:]
        cut = np.stack([0.75 * first + 0.25 * last, 0.25 * first + 0.75 * last], axis=1)
        points = np.concatenate([points[:1], cut.reshape(-1, 2), points[-1:]])
    return points
