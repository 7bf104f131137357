"""Photographs of things: another distance, another angle, another light.

What a camera may do by chance is done on purpose: a crop, a mirror, a tilt, a change of colours;
then what the preset adds. Nothing is turned upside down, since things stand on the ground; letters
must not be mirrored either, so the mirror is the caller's choice.
"""

from collections.abc import Callable
from typing import Any, Self

import torch
from pydantic import BaseModel, Field, model_validator
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as F

from rasm.augment.presets import Preset
from rasm.augment.seeding import seeded
from rasm.inputs.photos import normalised


class Photo(BaseModel, frozen=True, extra="forbid"):
    """How much camera and lamp vary; changes of colour are relative and drawn to either side."""

    size: int = Field(gt=0)
    """Side of the square that comes out, pixels."""
    crop_scale: tuple[float, float]
    """Smallest and largest share of the area that a crop keeps."""
    flip: float = Field(ge=0, le=1)
    """Probability of a mirror image; 0 for letters."""
    rotate_degrees: float = Field(ge=0, le=180)
    """Largest tilt to either side."""
    fill: int = Field(ge=0, le=255)
    """Grey of the corners that a tilt uncovers: 255 for dark ink on white."""
    brightness: float = Field(ge=0)
    contrast: float = Field(ge=0)
    saturation: float = Field(ge=0)
    hue: float = Field(ge=0, le=0.5)
    """Largest shift of the hue, in turns of the colour circle."""

    @model_validator(mode="after")
    def _crops_within_pictures(self) -> Self:
        smallest, largest = self.crop_scale
        if not 0 < smallest <= largest <= 1:
            raise ValueError(f"crop_scale {list(self.crop_scale)} must be two shares, rising")
        return self


def variation(photo: Photo, preset: Preset) -> v2.Compose:
    """Pictures (3, H, W) uint8 to varied, normalised ones (3, size, size) float32."""
    steps: list[Any] = [
        v2.RandomResizedCrop(
            photo.size, scale=photo.crop_scale, interpolation=InterpolationMode.BICUBIC
        ),
        v2.RandomHorizontalFlip(photo.flip),
        _tilt(photo.rotate_degrees, photo.fill),
        v2.ColorJitter(photo.brightness, photo.contrast, photo.saturation, photo.hue),
    ]
    if preset.rand_augment_n:
        steps.append(v2.RandAugment(preset.rand_augment_n, preset.rand_augment_m, fill=photo.fill))
    steps.append(normalised)
    if preset.random_erasing_p:
        steps.append(v2.RandomErasing(preset.random_erasing_p))
    return v2.Compose(steps)


def vary(transform: v2.Compose, picture: Tensor, seed: int) -> Tensor:
    """The picture under one seed: the same seed gives the same result."""
    with seeded(seed):
        varied: Tensor = transform(picture)
    return varied


def _tilt(degrees: float, fill: int) -> Callable[[Tensor], Tensor]:
    """A turn by up to `degrees` either way, for pictures uint8.

    It is done with `fill` as zero. torchvision's own filling weighs the border twice, so that a
    grey line is drawn where a white picture ends on white.
    """

    def tilted(picture: Tensor) -> Tensor:
        angle = float(torch.empty(()).uniform_(-degrees, degrees))
        turned: Tensor = F.rotate(picture.float() - fill, angle, InterpolationMode.BILINEAR)
        return (turned + fill).round().to(torch.uint8)

    return tilted
