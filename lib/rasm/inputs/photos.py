"""Photographs as the square that is seen in use: nothing is left to chance.

The shorter side is brought to `size`, of the longer one the middle is seen. So pictures of 20
megapixels cost no more than small ones: 3 * size**2 bytes, which is 0.7 GB for 1,000 at 480 pixels.
They stay in main memory; a batch goes to the device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import torch
from pydantic import Field
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

from rasm.inputs.pictures import PictureInputParams, PixelArray
from rasm.nets.imagenet import MEAN, STD


class PhotoInputParams(PictureInputParams, frozen=True, extra="forbid"):
    """`size` pixels a side are what the network reads."""

    kind: Literal["photos"]
    size: int = Field(gt=0)
    """Side of the square that is seen, pixels."""

    def inputs(self, pictures: Sequence[PixelArray], device: torch.device) -> "PhotoInputs":
        """Squares of the pictures."""
        return PhotoInputs.of(pictures, self, device)


@dataclass(frozen=True)
class PhotoInputs:
    """N pictures as squares."""

    pictures: Tensor  # (N, 3, size, size) uint8, in main memory
    params: PhotoInputParams
    device: torch.device

    channels = 3

    @classmethod
    def of(
        cls, pictures: Sequence[PixelArray], params: PhotoInputParams, device: torch.device
    ) -> Self:
        """Squares of any pictures; small ones are enlarged.

        Raises ValueError when there are none, and naming the place, counted from 0, of what is no
        picture (H, W) or (H, W, 3) uint8.
        """
        if not len(pictures):
            raise ValueError("there are no pictures to view")
        squares = torch.empty((len(pictures), 3, params.size, params.size), dtype=torch.uint8)
        for place, picture in enumerate(pictures):
            squares[place] = middle(_channels_first(place, picture), params.size)
        return cls(squares, params, device)

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 3, size, size)."""
        return normalised(self.picked(rows))

    def picked(self, rows: Tensor) -> Tensor:
        """The squares of rows (B,) on the device, (B, 3, size, size) uint8."""
        return self.pictures[rows.cpu()].to(self.device)


def middle(picture: Tensor, size: int) -> Tensor:
    """A picture (C, H, W) uint8 to (C, size, size): the shorter side whole, the longer cropped."""
    resized = F.resize(picture, [size], interpolation=InterpolationMode.BICUBIC)
    square: Tensor = F.center_crop(resized, [size, size])
    return square


def normalised(pictures: Tensor) -> Tensor:
    """Pictures (..., 3, H, W) uint8 to float32 of about mean 0 and variance 1."""
    scaled = F.to_dtype(pictures, torch.float32, scale=True)
    normal: Tensor = F.normalize(scaled, list(MEAN), list(STD))
    return normal


def _channels_first(place: int, picture: PixelArray) -> Tensor:
    """The picture as (1, H, W) or (3, H, W)."""
    grey_or_rgb = picture.ndim == 2 or picture.shape[2:] == (3,)
    if not grey_or_rgb or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(
            f"picture {place}: a picture is (H, W) or (H, W, 3) uint8, this is {picture.shape}"
            f" {picture.dtype}"
        )
    return torch.from_numpy(np.atleast_3d(picture).transpose(2, 0, 1).copy())
