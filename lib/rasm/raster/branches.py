"""Branches of skeletons: lines between junctions and ends, about what a hand draws one by one."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from rasm.raster.bit_planes import to_packed, to_words
from rasm.raster.tensors import unpack_bits

# Constants of the method.
MOST = 64
"""Branches told apart in a picture; where there are more, the last one takes the rest."""
_CHUNK = 2048
_SHORTEST = 10  # pixels; what is shorter belongs to the branch next to it
_REACH = 3  # pixels, radius of the circle on which lines that leave a pixel are counted
# That circle as (down, right), neighbours side by side: a circle of Bresenham.
_CIRCLE = (
    *((0, 3), (1, 3), (2, 2), (3, 1), (3, 0), (3, -1), (2, -2), (1, -3)),
    *((0, -3), (-1, -3), (-2, -2), (-3, -1), (-3, 0), (-3, 1), (-2, 2), (-1, 3)),
)


@dataclass(frozen=True)
class Branches:
    """The ink of N skeletons, picture by picture, and which branch each pixel belongs to."""

    size: int
    """Pixels a side of a picture."""
    places: Tensor  # (M,) int32, y * size + x
    numbers: Tensor  # (M,) uint8 in [0, MOST), from 0 in each picture
    starts: Tensor  # (N + 1,) int64, where each picture's pixels start

    @classmethod
    def of(cls, skeletons: Tensor) -> Self:
        """The branches of packed skeletons (N, S * S / 8) uint8."""
        parts = [_cut(part) for part in torch.split(skeletons.cpu(), _CHUNK)]
        found = [picture for part in parts for picture in part]
        counts = torch.tensor([0] + [len(places) for places, _ in found])
        places, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
        size = int((8 * skeletons.shape[1]) ** 0.5)
        device = skeletons.device
        return cls(
            size,
            torch.from_numpy(places.astype(np.int32)).to(device),
            torch.from_numpy(numbers.astype(np.uint8)).to(device),
            counts.cumsum(0).to(device),
        )

    def of_rows(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The pixels of pictures `rows` (B,): which of the B, place and branch, (P,) int64 each."""
        first, counts = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        picture = torch.repeat_interleave(torch.arange(len(rows), device=rows.device), counts)
        skipped = first - (counts.cumsum(0) - counts)
        pixel = torch.arange(len(picture), device=rows.device) + skipped[picture]
        return picture, self.places[pixel].long(), self.numbers[pixel].long()


def junctions(words: Tensor) -> Tensor:
    """Ink of `words` (G, S, S), see rasm.raster.bit_planes, where three or more lines meet."""
    height, width = words.shape[1:]
    around = F.pad(words, (_REACH,) * 4)
    circle = [
        around[:, _REACH + down :, _REACH + right :][:, :height, :width] for down, right in _CIRCLE
    ]
    once = twice = thrice = torch.zeros_like(words)
    for here, following in zip(circle, circle[1:] + circle[:1], strict=True):
        line = here & ~following
        once, twice, thrice = once | line, twice | once & line, thrice | twice & line
    return thrice & words


def _cut(packed: Tensor) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """For each packed skeleton the places of its ink, and their branches."""
    crossed = unpack_bits(to_packed(junctions(to_words(packed)))[: len(packed)])
    pairs = zip(unpack_bits(packed).numpy() > 0, crossed.numpy() > 0, strict=True)
    return [_numbered(ink, crossing) for ink, crossing in pairs]


def _numbered(
    ink: NDArray[np.bool_], crossing: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places = np.flatnonzero(ink)
    lines = (ink & ~crossing).astype(np.uint8)
    _, line_of, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    long = stats[:, cv2.CC_STAT_AREA] >= _SHORTEST
    long[0] = False  # the background
    kept = long[line_of]
    if not kept.any():
        return places, np.zeros_like(places)
    number = np.minimum(np.cumsum(long) - 1, MOST - 1)
    # A pixel of no branch joins the nearest: the distance transform names the pixel it measured to.
    _, nearest = cv2.distanceTransformWithLabels(
        (~kept).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    branch = np.zeros(int(nearest.max()) + 1, dtype=np.int64)
    branch[nearest[kept]] = number[line_of[kept]]
    return places, branch[nearest.ravel()[places]]
