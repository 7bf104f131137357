"""What a network may be shown of a picture beside its ink: distances and the skeleton.

They say at each pixel what a convolution would have to look far for: how thick the stroke is or how
wide the gap, and where the middle of the stroke runs. Distorted pictures are new in every epoch, so
channels are computed as the batches come; on words of bits that takes a few milliseconds.

Distances are octagonal (Rosenfeld and Pfaltz 1968): steps to the 4 neighbours of a pixel and to all
8 take turns, three of these for two of those, so that what is within reach is nearly a disc.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from rasm.raster.bit_planes import dilate, erode, to_packed, to_words
from rasm.raster.tensors import pack_bits
from rasm.raster.thinning import thin

Channel = Literal["ink", "distance", "skeleton"]

REACH = 16  # pixels, a power of two: what is farther from an edge counts as that far

_FAN = 0x8040_2010_0804_0201 - (1 << 64)  # times a byte: eight copies of it, nine bits apart
_ONES = 0x0101_0101_0101_0101


def stack_channels(masks: Tensor, names: Sequence[Channel]) -> Tensor:
    """Masks (N, S, S) float of 0 and 1 to (N, len(names), S, S) float, in the order of `names`.

    `ink` is the mask itself, `skeleton` a line in the middle of its strokes (0 or 1), `distance`
    that from a pixel's middle to the nearest edge of ink, in units of REACH pixels, between -1 and
    1: positive in ink, negative in the background. A pixel at an edge has +-0.5 / REACH.
    """
    if list(names) == ["ink"]:
        return masks[:, None]
    words = to_words(pack_bits(masks))
    stacked = masks.new_empty(len(masks), len(names), *masks.shape[1:])
    for place, name in enumerate(names):
        channel = stacked[:, place]
        if name == "ink":
            channel.copy_(masks)
        elif name == "skeleton":
            channel.copy_(_numbers([thin(words)])[: len(masks)])
        else:
            steps = _numbers(_steps_through_edge(words))[: len(masks)]
            channel.copy_(steps).sub_(REACH - 0.5).div_(REACH)
    return stacked


def _steps_through_edge(words: Tensor) -> list[Tensor]:
    """REACH - 1 + d in ink and REACH - d outside, d steps from an edge, as words of binary digits.

    The lowest digit comes first. What is d steps away is near from step d on. A counter's digit
    changes where its place value divides the step; changed in steps d to REACH - 1, digits that
    were all 1 (ink) become those of REACH - 1 + d, and the others, all 0, their complements.
    """
    near = (words & ~erode(words, square=False)) | (dilate(words, square=False) & ~words)
    digits = [words.clone() for _ in range(REACH.bit_length())]
    for step in range(1, REACH):
        for place, digit in enumerate(digits):
            if step % (1 << place) == 0:
                digit ^= near
        near = dilate(near, square=(step + 1) % 5 in (2, 4))
    return digits


def _numbers(digits: list[Tensor]) -> Tensor:
    """Words (G, S, S) of binary digits, the lowest first, to numbers (64 * G, S, S) uint8."""
    size = digits[0].shape[2]
    total = digits[0].new_zeros(())
    for place, packed in enumerate(to_packed(torch.cat(digits)).chunk(len(digits))):
        spread = packed.long()
        spread *= _FAN  # copies of the byte: each shows another of its bits at the same place
        spread >>= 7 - place
        total = spread.bitwise_and_(_ONES << place).bitwise_or_(total)
    return total.view(torch.uint8).view(-1, size, size)
