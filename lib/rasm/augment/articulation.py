"""A character whose strokes a hand did not put quite where they belong.

Warping the whole plane moves neighbouring lines together. Hands do not: a bar sits higher, a leg
is longer, and lines miss each other or cross. So each branch of a skeleton is moved by itself.
Lake, Salakhutdinov and Tenenbaum 2015 vary handwriting so, with strokes that people drew.
"""

import torch
from torch import Tensor

from rasm.augment.affine import rotations, scalings
from rasm.augment.pen import Hand
from rasm.raster.branches import MOST, Branches
from rasm.raster.tensors import pack_bits


def articulated(branches: Branches, rows: Tensor, hand: Hand, generator: torch.Generator) -> Tensor:
    """Skeletons `rows` (B,) with each branch moved, turned and stretched about its middle.

    Packed, (B, S * S / 8) uint8. What leaves the picture is cut off.
    """
    size, count, device = branches.size, len(rows) * MOST, rows.device

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).to(device)

    picture, place, number = branches.of_rows(rows)
    branch = picture * MOST + number
    points = torch.stack([place % size, place // size], dim=1).float()
    ink = torch.zeros(count, device=device).index_add_(0, branch, torch.ones_like(points[:, 0]))
    middle = torch.zeros(count, 2, device=device).index_add_(0, branch, points)
    middle = middle / ink.clamp_min(1)[:, None]
    turned = rotations(hand.branch_rotate * normal())
    matrix = turned @ scalings((hand.branch_aspect * normal(2)).exp())
    shift = hand.branch_shift * size / 2 * normal(2)
    away = (matrix[branch] @ (points - middle[branch])[:, :, None])[:, :, 0]
    x, y = (middle[branch] + away + shift[branch]).round().long().unbind(dim=1)
    inside = (x >= 0) & (x < size) & (y >= 0) & (y < size)
    drawn = torch.zeros(len(rows), size, size, dtype=torch.uint8, device=device)
    drawn[picture[inside], y[inside], x[inside]] = 1
    return pack_bits(drawn)
