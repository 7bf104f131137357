"""The same character as another pen and another hand would draw it.

A character of a font is worn down to its skeleton, once, and drawn anew each time: with a pen of
another width, by a hand that slants, stretches and wavers. All that moves ink is one sampling of
the picture: an affine map and two smooth random displacement fields, a coarse one that bends the
whole and a fine one that bends its strokes (Simard et al. 2003 distort digits so).

Warping the whole plane moves neighbouring lines together. Hands do not: a bar sits higher, a leg
is longer, and lines miss each other or cross. So before that each branch of the skeleton is moved
by itself. Lake, Salakhutdinov and Tenenbaum 2015 vary handwriting so, with strokes that people
drew.
"""

import torch
from pydantic import BaseModel, Field, model_validator
from torch import Tensor
from torch.nn import functional as F

from rasm.augment.warps import rotations, scalings, slants, smooth_field
from rasm.raster.branches import MOST, Branches
from rasm.raster.pen import ROOM, draw_skeletons, plane
from rasm.raster.tensors import pack_bits

_COARSE, _FINE = 5, 9  # knots a side of the displacement fields, constants of the method


class Hand(BaseModel, frozen=True, extra="forbid"):
    """How far hands differ, each drawn from a normal distribution but for the first two, even ones.

    `pen_px` are the thinnest and the thickest pen in pixels of the skeleton, `aspect` the largest
    logarithm of the stretch of either axis. Standard deviations: `rotate` in radians, `shear` in
    widths per height, `shift` and the displacements `coarse` and `fine` in half sides of a picture,
    and of each branch of the skeleton by itself `branch_shift`, `branch_rotate` and `branch_aspect`
    in the same units.
    """

    pen_px: tuple[int, int]
    rotate: float = Field(ge=0)
    aspect: float = Field(ge=0, lt=1)
    shear: float = Field(ge=0)
    shift: float = Field(ge=0)
    coarse: float = Field(ge=0)
    fine: float = Field(ge=0)
    branch_shift: float = Field(ge=0)
    branch_rotate: float = Field(ge=0)
    branch_aspect: float = Field(ge=0)

    @model_validator(mode="after")
    def _pens_from_thin_to_thick(self) -> "Hand":
        thin, thick = self.pen_px
        if not 1 <= thin <= thick:
            raise ValueError(f"pen_px {self.pen_px}: give 1 <= thinnest <= thickest")
        return self


def written(skeletons: Tensor, hand: Hand, size: int, generator: torch.Generator) -> Tensor:
    """Packed skeletons (N, bytes) as N hands draw them: (N, 1, size, size) in [0, 1].

    What a hand moves out of the picture is cut off.
    """
    count, device = len(skeletons), skeletons.device

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).to(device)

    low, high = hand.pen_px
    widths = torch.randint(low, high + 1, (count,), generator=generator).to(device)
    uniform = 2 * torch.rand(count, 2, generator=generator).to(device) - 1
    turned = rotations(hand.rotate * normal())
    matrix = turned @ slants(hand.shear * normal()) @ scalings((hand.aspect * uniform).exp())
    moved = (matrix @ plane(size, device).view(-1, 2).T).view(count, 2, size, size)
    moved = ROOM * moved + hand.shift * normal(2, 1, 1)
    for knots, sigma in ((_COARSE, hand.coarse), (_FINE, hand.fine)):
        moved = moved + smooth_field(sigma * normal(2, knots, knots), size)
    grid = moved.permute(0, 2, 3, 1)
    return F.grid_sample(draw_skeletons(skeletons, widths), grid, align_corners=False)


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
