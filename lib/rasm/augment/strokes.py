"""Bolder and lighter strokes: dilation and erosion of binary pictures.

One weight of a family is all that most training families have, and a test family may be much
bolder. Thickening by a few pixels shows a glyph as a bolder font would draw it.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from rasm.raster.tensors import unpack_bits
from rasm.raster.words import dilate, erode, select, to_packed, to_words


def change_weight(packed: Tensor, steps: Tensor, rim: int) -> Tensor:
    """Thicken each packed raster (N, bytes) uint8 by `steps` (N,) pixels a side, or thin it.

    Returns masks (N, S + 2 * rim, S + 2 * rim) float with `rim` pixels of room on every side. A
    picture that thinning would wipe out stays as it is. A 4-neighbourhood and an 8-neighbourhood
    take turns, which makes the structuring element an octagon, close to a disc.
    """
    words = clean = F.pad(to_words(packed), (rim, rim, rim, rim))
    for step in range(1, int(steps.abs().max()) + 1):
        grown = dilate(words, square=step % 2 == 0)
        shrunk = erode(words, square=step % 2 == 0)
        bolder, lighter = select(steps >= step), select(steps <= -step)
        words = (grown & bolder) | (shrunk & lighter) | (words & ~(bolder | lighter))
    drawn, unchanged = to_packed(words)[: len(packed)], to_packed(clean)[: len(packed)]
    left = (drawn != 0).any(dim=1, keepdim=True)
    return unpack_bits(torch.where(left, drawn, unchanged))
