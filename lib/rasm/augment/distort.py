"""The same glyph as another font would draw it: bolder, slanted, stretched, roughly scanned.

Rasters are tight: a glyph sits in the corner, its longer side as long as the picture (or half of
it, for a diacritic). A distorted one is set as tightly again, so that the network sees what the
rasteriser would have drawn, and no diacritic moves off its place. All that moves pixels is joined
into one sampling of the picture.
"""

import torch
from pydantic import BaseModel, Field
from torch import Tensor
from torch.nn import functional as F

from rasm.augment.jitter import blur
from rasm.augment.warps import rotations, scalings, slants, smooth_field
from rasm.raster.bit_planes import dilate, erode, select, to_packed, to_words
from rasm.raster.tensors import ends, unpack_bits


def change_weight(packed: Tensor, steps: Tensor, rim: int) -> Tensor:
    """Thicken each packed raster (N, bytes) uint8 by `steps` (N,) pixels a side, or thin it.

    Returns masks (N, S + 2 * rim, S + 2 * rim) float with `rim` pixels of room on every side. A
    picture of which thinning would wipe out a stroke stays as it is. A 4-neighbourhood and an
    8-neighbourhood take turns, which makes the structuring element an octagon, close to a disc.
    """
    words = clean = F.pad(to_words(packed), (rim, rim, rim, rim))
    for step in range(1, int(steps.abs().max()) + 1):
        grown = dilate(words, square=step % 2 == 0)
        shrunk = erode(words, square=step % 2 == 0)
        bolder, lighter = select(steps >= step), select(steps <= -step)
        words = (grown & bolder) | (shrunk & lighter) | (words & ~(bolder | lighter))
    # A stroke is lost where what is left does not come near it, grown back by as many steps and one
    # for the corners, which thinning rounds.
    near = words
    for step in range(1 - min(0, int(steps.min()))):
        grown, lighter = dilate(near, square=step % 2 == 0), select(steps <= -step)
        near = (grown & lighter) | (near & ~lighter)
    lost, drawn, unchanged = (to_packed(w)[: len(packed)] for w in (clean & ~near, words, clean))
    return unpack_bits(torch.where((lost != 0).any(dim=1, keepdim=True), unchanged, drawn))


# Constants of the method.
_PARTS = 4  # of an axis, which a stretch makes longer or shorter
_KNOTS = 5  # a side of the displacement field


class Distortion(BaseModel, frozen=True, extra="forbid"):
    """How far glyphs are distorted; all amounts are the largest, drawn uniformly."""

    share: float = Field(ge=0, le=1)
    bolder_px: int = Field(ge=0)
    lighter_px: int = Field(ge=0)
    rotate: float = Field(ge=0, lt=1)
    shear: float = Field(ge=0, lt=1)
    aspect: float = Field(ge=0, lt=1)
    stretch: float = Field(ge=0, lt=1)
    bend: float = Field(ge=0, lt=0.25)
    blur_sigma_max: float = Field(ge=0, le=1)
    threshold: float = Field(ge=0, lt=0.5)


def distort(packed: Tensor, amounts: Distortion, generator: torch.Generator) -> Tensor:
    """Packed rasters (N, bytes) uint8 to distorted masks (N, S, S) float of 0 and 1."""
    clean = unpack_bits(packed)
    count, size = len(clean), clean.shape[1]
    if not count:
        return clean

    def uniform(*shape: int) -> Tensor:
        return (2 * torch.rand(count, *shape, generator=generator) - 1).to(clean.device)

    steps = torch.randint(
        -amounts.lighter_px, amounts.bolder_px + 1, (count,), generator=generator
    ).to(clean.device)
    drawn = change_weight(packed, steps, rim=-(-amounts.bolder_px // 8) * 8)
    turned, slanted = rotations(amounts.rotate * uniform()), slants(amounts.shear * uniform())
    widened = F.pad((amounts.aspect * uniform()).exp()[:, None], (0, 1), value=1.0)
    matrix = turned @ scalings(widened) @ slanted
    stretch = amounts.stretch * uniform(2, _PARTS)
    bend = smooth_field(amounts.bend * uniform(2, _KNOTS, _KNOTS), size) if amounts.bend else None
    grid = _sampling(drawn, matrix, _longer_side(clean), stretch, bend, size)
    sampled = F.grid_sample(drawn[:, None], grid, align_corners=False)[:, 0]
    soft = blur(sampled, amounts.blur_sigma_max, generator)
    return (soft > 0.5 + amounts.threshold * uniform(1, 1)).to(clean.dtype)


def choose(count: int, share: float, generator: torch.Generator) -> Tensor:
    """Row numbers of about `share` of `count` glyphs: those to distort."""
    return torch.nonzero(torch.rand(count, generator=generator) < share)[:, 0]


def _longer_side(masks: Tensor) -> Tensor:
    """Pixels (N,) of the longer side of each picture's ink."""
    rows, columns = masks.any(dim=2), masks.any(dim=1)
    extents = [end - start for start, end in map(ends, (rows, columns))]
    return torch.maximum(*extents)


def _sampling(
    masks: Tensor, matrix: Tensor, side: Tensor, stretch: Tensor, bend: Tensor | None, size: int
) -> Tensor:
    """Where each pixel of the new picture (size x size) comes from: (N, size, size, 2) in [-1, 1].

    The new picture is tight: the box of the distorted ink starts in its corner, `side` (N,) pixels
    long. What lies within it is moved by `bend` (N, 2, size, size), in longer sides of the box, and
    the less the nearer it is to the rim.
    """
    count, padded, _ = masks.shape
    low, high = _box(masks, matrix)
    box = (high - low).clamp_min(1)
    scale = side / box.amax(dim=1)  # (N,)
    pixels = torch.arange(size, device=masks.device) + 0.5
    across, within = [], []
    for axis in (0, 1):
        share = pixels / (box[:, axis] * scale)[:, None]  # of the box, (N, size)
        within.append((4 * share * (1 - share)).clamp_min(0))
        across.append(low[:, axis, None] + _stretched(share, stretch[:, axis]) * box[:, axis, None])
    # All arithmetic on vectors (N, size): the plane takes one sum for each coordinate.
    back = torch.linalg.inv(matrix)[:, :, :, None] * 2 / padded
    x, y = across
    grid = torch.stack(
        [(back[:, i, 0] * x - 1)[:, None, :] + (back[:, i, 1] * y)[:, :, None] for i in (0, 1)],
        dim=3,
    )
    if bend is None:
        return grid
    room = within[0][:, None, :] * within[1][:, :, None] * box.amax(dim=1)[:, None, None]
    moved = (bend * room[:, None]).permute(0, 2, 3, 1)
    return grid.add(moved @ back[..., 0].transpose(1, 2)[:, None])


def _box(masks: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Lowest and highest (x, y) (N, 2) of the ink after `matrix`, pixel edges counted.

    A linear function over ink is extreme at the ends of a row, so rows' ends are all it takes.
    """
    first, last = (side.float() for side in ends(masks))
    rows = masks.any(dim=2)
    top = torch.arange(masks.shape[1], device=masks.device).float().expand_as(first)
    low, high = [], []
    for axis in (0, 1):
        a, b = matrix[:, axis, 0, None], matrix[:, axis, 1, None]
        values = torch.stack([a * x + b * y for x in (first, last) for y in (top, top + 1)])
        low.append(values.amin(dim=0).masked_fill(~rows, torch.inf).amin(dim=1))
        high.append(values.amax(dim=0).masked_fill(~rows, -torch.inf).amax(dim=1))
    return torch.stack(low, dim=1), torch.stack(high, dim=1)


def _stretched(share: Tensor, amounts: Tensor) -> Tensor:
    """A monotone piecewise linear map of (N, size) shares that keeps 0 and 1.

    `amounts` (N, parts) in (-1, 1) say how much wider or narrower each of the equal parts becomes.
    """
    widths = 1 + amounts
    knots = F.pad(widths.cumsum(dim=1), (1, 0))
    knots = knots / knots[:, -1:]
    parts = widths.shape[1]
    at = (share * parts).clamp(0, parts - 1e-4)
    index = at.long()
    start = knots.gather(1, index)
    inside = start + (at - index) * (knots.gather(1, index + 1) - start)
    return torch.where(share > 1, share, inside)
