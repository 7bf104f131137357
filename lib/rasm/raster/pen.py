"""Skeletons drawn by a pen of even width."""

import torch
from torch import Tensor
from torch.nn import functional as F

from rasm.raster.bit_planes import select, to_packed, to_words
from rasm.raster.tensors import unpack_bits

ROOM = 1.08  # what a picture shows of the plane, in skeleton pictures: a margin for the pen


def draw_skeletons(skeletons: Tensor, widths: Tensor) -> Tensor:
    """Packed skeletons (N, bytes) uint8 drawn with square pens `widths` (N,) int64 pixels wide.

    Pictures (N, 1, S, S) float in [0, 1], edges softened by a pixel either way: means of 3 x 3
    pixels. A pen of even width cannot lie in the middle of a pixel: what it draws lies half a pixel
    further up and left.
    """
    words = to_words(skeletons)  # (N / 64, S, S) int64
    for width in range(2, int(widths.max()) + 1):
        wider = select(widths >= width)
        step = (1, -1) if width % 2 else (-1, 1)  # lines grow right and down, or left and up
        words = words | F.pad(words, step) & wider
        words = words | F.pad(words, (0, 0, *step)) & wider
    # Bytes are added several times as fast as floats, and here they add up to 9.
    ink = F.pad(unpack_bits(to_packed(words)[: len(skeletons)]).to(torch.uint8), (1, 1, 1, 1))
    rows = ink[:, :-2] + ink[:, 1:-1] + ink[:, 2:]
    nine = rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:]
    return nine[:, None] / 9


def draw_evenly(skeletons: Tensor, pen_px: int, size: int) -> Tensor:
    """Packed skeletons (N, bytes) as an even hand draws them: (N, 1, size, size) in [0, 1]."""
    widths = torch.full((len(skeletons),), pen_px, device=skeletons.device)
    drawn = draw_skeletons(skeletons, widths)
    grid = ROOM * plane(size, drawn.device)
    return F.grid_sample(drawn, grid.expand(len(drawn), -1, -1, -1), align_corners=False)


def plane(size: int, device: torch.device) -> Tensor:
    """Centres of pixels (size, size, 2) as (x, y) in [-1, 1]."""
    line = (2 * torch.arange(size, device=device) + 1) / size - 1
    return torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1)
