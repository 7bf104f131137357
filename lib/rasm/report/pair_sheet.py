"""A sheet of pairs with their distances: what a matcher takes for the same, and what it does not.

Written after every epoch of the same pairs, in the same places, it shows a matcher learn: distances
of one class shrink, those of two grow, and the red rims of wrong judgements vanish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from rasm.report.pictures import RgbPicture, Strip, Tile, write_strips

_SIZE = 128
_RIM = 4
_WRONG = np.array([190, 20, 0], dtype=np.uint8)
_A_ROW = 4  # pairs


@dataclass(frozen=True)
class ShownPair:
    """A reference and what is compared with it, (H, W) or (H, W, 3) uint8, and their classes."""

    pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    labels: tuple[str, str]

    @property
    def same(self) -> bool:
        """Whether both are of one class."""
        return self.labels[0] == self.labels[1]


def write_pair_sheet(
    path: Path,
    title: str,
    pairs: Sequence[ShownPair],
    distances: NDArray[np.float32],
    threshold: float,
) -> None:
    """PNG of pairs, first those of one class, else in the order given.

    `distances` (P,) are Euclidean; a pair below the threshold is judged the same. Wrongly judged
    pairs have a red rim.

    Raises ValueError when there are not as many distances as pairs.
    """
    if len(pairs) != len(distances):
        raise ValueError(f"{len(pairs)} pairs have {len(distances)} distances: give one each")
    judged = list(zip(pairs, distances.tolist(), strict=True))
    right = sum(pair.same == (distance < threshold) for pair, distance in judged)
    strips = []
    for same, name in ((True, "One class"), (False, "Two classes")):
        chosen = [(pair, distance) for pair, distance in judged if pair.same == same]
        if chosen:
            mean = sum(distance for _, distance in chosen) / len(chosen)
            tiles = [t for pair, distance in chosen for t in _tiles(pair, distance, threshold)]
            strips.append(Strip(f"{name}: mean distance {mean:.2f}", tiles))
    heading = [title, f"{right} of {len(pairs)} pairs judged rightly: same below {threshold:.2f}"]
    write_strips(path, heading, strips, 2 * _A_ROW)


def _tiles(pair: ShownPair, distance: float, threshold: float) -> tuple[Tile, Tile]:
    judged_same = distance < threshold
    is_right = judged_same == pair.same
    verdict = f"{'same' if judged_same else 'different'}: {'right' if is_right else 'wrong'}"
    first, second = (_framed(picture, is_right) for picture in pair.pictures)
    return (
        Tile(first, [pair.labels[0], f"distance {distance:.2f}"]),
        Tile(second, [pair.labels[1], verdict]),
    )


def _framed(picture: NDArray[np.uint8], is_right: bool) -> RgbPicture:
    """The whole picture in the middle of a white square; a red rim where it is judged wrongly."""
    image = Image.fromarray(picture).convert("RGB")
    square = np.array(ImageOps.pad(image, (_SIZE, _SIZE), color=(255, 255, 255)))
    if not is_right:
        for edge in (square, square.swapaxes(0, 1)):
            edge[:_RIM] = edge[-_RIM:] = _WRONG
    return square
