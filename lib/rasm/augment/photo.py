"""Photographs of things: another distance, another angle, another light.

What a camera may do by chance is done on purpose: a crop, a mirror, a tilt, a change of colours;
then what the preset adds. Nothing is turned upside down, since things stand on the ground; letters
must not be mirrored either, so the mirror is the caller's choice.
"""

from typing import Any

import torch
from pydantic import BaseModel, Field
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

from rasm.augment.presets import Preset
from rasm.augment.seeding import seeded

# Of ImageNet's pictures, channels in [0, 1]: what pretrained backbones expect.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


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


def training(photo: Photo, preset: Preset) -> v2.Compose:
    """Pictures (3, H, W) uint8 to varied, normalised ones (3, size, size) float32."""
    steps: list[Any] = [
        v2.RandomResizedCrop(
            photo.size, scale=photo.crop_scale, interpolation=InterpolationMode.BICUBIC
        ),
        v2.RandomHorizontalFlip(photo.flip),
        v2.RandomRotation(
            photo.rotate_degrees, interpolation=InterpolationMode.BILINEAR, fill=photo.fill
        ),
        v2.ColorJitter(photo.brightness, photo.contrast, photo.saturation, photo.hue),
    ]
    if preset.rand_augment_n:
        steps.append(v2.RandAugment(preset.rand_augment_n, preset.rand_augment_m, fill=photo.fill))
    steps += _normalise()
    if preset.random_erasing_p:
        steps.append(v2.RandomErasing(preset.random_erasing_p))
    return v2.Compose(steps)


def validation(size: int) -> v2.Compose:
    """Pictures (3, H, W) uint8 to (3, size, size) float32: the middle, nothing left to chance."""
    return v2.Compose(
        [
            v2.Resize(size, interpolation=InterpolationMode.BICUBIC),
            v2.CenterCrop(size),
            *_normalise(),
        ]
    )


def vary(transform: v2.Compose, picture: Tensor, seed: int) -> Tensor:
    """The picture under one seed: the same seed gives the same result."""
    with seeded(seed):
        varied: Tensor = transform(picture)
    return varied


def _normalise() -> list[Any]:
    return [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
