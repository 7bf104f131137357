"""Writing by unsteady hands of another kind than those of training: waves, tilt and perspective.

An embedder that is trained on one kind of distortion learns it by heart. To see when, it is
validated on another: the plane is bent by a few random waves, seen from aside, slanted and
stretched, drawn with another pen, and the character is set tightly again, as a picture that
somebody brings would be.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from rasm.raster.pen import draw_skeletons, plane
from rasm.raster.tensors import ends

# Constants of the method: with them a strength of 1 is as hard as another person's hand (LOG.md).
_WAVES = 4
_PEN_PX = (3, 5)
_INK = 0.35  # from here on a pixel counts for where a character lies
_ROOM = 1.12  # sides of the ink's box that a picture set tightly shows
_FAR = 2.0  # sides of the plane that are looked at first: what is bent out of them is lost
_FINE = 3  # half sides of the result in pixels, on each side of that first view


def waved(skeletons: Tensor, strength: float, size: int, generator: torch.Generator) -> Tensor:
    """Packed skeletons (N, bytes) uint8 to pictures (N, 1, size, size) float in [0, 1].

    `strength` 0 only sets a character tightly. 1 bends it so far that raw pixels find the right one
    of twenty of a script in a quarter of the cases, as they do between two people's handwriting
    (LOG.md).
    """
    count, device = len(skeletons), skeletons.device

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).to(device)

    low, high = _PEN_PX
    widths = torch.randint(low, high + 1, (count,), generator=generator).to(device)
    right, down = (_FAR * plane(_FINE * size // 2, device)).unbind(dim=-1)

    def along(direction: Tensor) -> Tensor:
        """How far each point lies in a direction (N, 2, 1, 1) of each picture, (N, S, S)."""
        return right * direction[:, 0] + down * direction[:, 1]

    bent = torch.zeros(count, 2, *right.shape, device=device)
    for _ in range(_WAVES):
        direction, phase = 2.2 * normal(2, 1, 1), 2 * math.pi * normal(1, 1)
        height = 0.075 * strength * normal(2, 1, 1)
        bent = bent + height * torch.sin(along(direction) + phase)[:, None]
    slant, angle = 0.18 * strength * normal(), 0.12 * strength * normal()
    scale = (0.13 * strength * normal(2)).exp()
    x = scale[:, 0, None, None] * right + slant[:, None, None] * down
    y = scale[:, 1, None, None] * down
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    turned = torch.stack([cos * x - sin * y, sin * x + cos * y], dim=1)
    depth = 1 + along(0.12 * strength * normal(2, 1, 1))
    grid = (turned / depth.clamp_min(0.4)[:, None] + bent).permute(0, 2, 3, 1)
    return tightly(
        F.grid_sample(draw_skeletons(skeletons, widths), grid, align_corners=False), size
    )


def tightly(pictures: Tensor, size: int) -> Tensor:
    """Pictures (N, 1, S, S) as (N, 1, size, size), the box of their ink in the middle.

    The box's longer side is 1 / 1.12 of the new side. A picture without ink is shown whole.
    """
    seen = pictures.shape[2]
    ink = pictures[:, 0] > _INK
    edges = [ends(inked) for inked in (ink.any(dim=1), ink.any(dim=2))]  # columns, rows
    centre = torch.stack([(low + high) / seen - 1 for low, high in edges], dim=-1)
    side = torch.stack([high - low for low, high in edges]).amax(dim=0) * _ROOM / seen
    grid = side[:, None, None, None] * plane(size, pictures.device) + centre[:, None, None]
    return F.grid_sample(pictures, grid, align_corners=False)
