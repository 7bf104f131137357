"""How the points (x, y) of a plane are moved, one way a picture: linear maps, and smooth fields."""

import torch
from torch import Tensor
from torch.nn import functional as F


def rotations(angle: Tensor) -> Tensor:
    """(N, 2, 2) for angles (N,) in radians."""
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)


def slants(shear: Tensor) -> Tensor:
    """(N, 2, 2) that shifts x by `shear` (N,) a unit of y."""
    one, zero = torch.ones_like(shear), torch.zeros_like(shear)
    return torch.stack([torch.stack([one, shear], 1), torch.stack([zero, one], 1)], 1)


def scalings(factors: Tensor) -> Tensor:
    """(N, 2, 2) that multiplies x and y by `factors` (N, 2)."""
    return torch.diag_embed(factors)


def smooth_field(knots: Tensor, size: int) -> Tensor:
    """Smooth displacements (N, 2, size, size) through `knots` (N, 2, k, k).

    What interpolation makes of the unit vectors is a matrix, and two products with it take a
    twentieth of the time.
    """
    count = knots.shape[-1]
    units = torch.eye(count, device=knots.device)[None, None]
    spread = F.interpolate(units, size=(size, count), mode="bicubic", align_corners=True)[0, 0]
    return spread @ knots @ spread.T
