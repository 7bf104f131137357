"""Small disturbances of whole rasters, applied before slicing so that all cells agree.

The order matters. A shift moves ink between cells, so the target primitive is read from the
shifted clean cell; blur and gamma then change what the network sees and not what it should answer.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def shift(masks: Tensor, max_pixels: int, generator: torch.Generator) -> Tensor:
    """Move each (N, S, S) picture by up to `max_pixels` in both directions; what leaves is lost."""
    if max_pixels == 0:
        return masks
    count, size, _ = masks.shape
    padded = F.pad(masks, (max_pixels,) * 4)
    offsets = torch.randint(0, 2 * max_pixels + 1, (2, count, 1), generator=generator)
    offsets = offsets.to(masks.device)
    span = torch.arange(size, device=masks.device)
    rows, columns = offsets[0] + span, offsets[1] + span  # (N, S)
    which = torch.arange(count, device=masks.device)[:, None, None]
    return padded[which, rows[:, :, None], columns[:, None, :]]


def blur(images: Tensor, max_sigma: float, generator: torch.Generator) -> Tensor:
    """Gaussian blur of each (N, S, S) float picture, sigma uniform in [0, `max_sigma`] pixels."""
    if max_sigma == 0:
        return images
    sigma = torch.rand(len(images), 1, generator=generator).to(images.device) * max_sigma
    taps = torch.arange(-2, 3, device=images.device, dtype=images.dtype)
    kernel = torch.exp(-0.5 * (taps / sigma.clamp_min(1e-3)) ** 2)  # (N, 5)
    kernel = kernel / kernel.sum(dim=1, keepdim=True)
    stacked = images[None]  # (1, N, S, S): one group a picture
    count = len(images)
    across = F.conv2d(stacked, kernel[:, None, None, :], padding=(0, 2), groups=count)
    return F.conv2d(across, kernel[:, None, :, None], padding=(2, 0), groups=count)[0]


def gamma(images: Tensor, max_change: float, generator: torch.Generator) -> Tensor:
    """Raise each (N, S, S) picture in [0, 1] to a power uniform in 1 +- `max_change`."""
    if max_change == 0:
        return images
    power = 1 + (2 * torch.rand(len(images), 1, 1, generator=generator) - 1) * max_change
    return images.clamp(0, 1) ** power.to(images.device)
