"""Linear maps of the plane, one a picture, on points (x, y)."""

import torch
from torch import Tensor


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
