"""Pictures of any folder as a camera might have taken them another time.

What varies is the square that is seen in use: so training varies what will be seen and nothing
else, and a batch is not resized again.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from rasm.augment.mixing import Mix, mixer
from rasm.augment.photo import Photo, variation, vary
from rasm.augment.presets import Presets, Strength, strength_for
from rasm.augment.seeding import fresh_seeds
from rasm.inputs.photos import PhotoInputParams, PhotoInputs
from rasm.inputs.pictures import PixelArray
from rasm.training.views.views import ViewParams, Views


class PhotoViewParams(ViewParams, Photo, frozen=True, extra="forbid"):
    """How photographs vary in training; of these, `size` alone counts in use."""

    kind: Literal["photos"]
    strength: Strength | Literal["auto"]
    """What comes on top of camera and lamp; auto goes by the number of pictures."""
    presets: Presets
    mix: bool
    """Whether batches are mixed as the preset says, which not every loss can take."""

    @property
    def in_use(self) -> PhotoInputParams:
        """Squares."""
        return PhotoInputParams(kind=self.kind, size=self.size)

    def views(self, pictures: Sequence[PixelArray], device: torch.device) -> "PhotoViews":
        """Squares under another camera and lamp."""
        return PhotoViews(self.in_use.inputs(pictures, device), self)


class PhotoViews(Views):
    """N pictures, to be seen as they are or under another camera and lamp."""

    inputs: PhotoInputs

    def __init__(self, inputs: PhotoInputs, params: PhotoViewParams) -> None:
        super().__init__(inputs)
        count = len(inputs.pictures)
        strength = strength_for(count) if params.strength == "auto" else params.strength
        self.params, self.preset = params, params.presets.of(strength)
        self.variation = variation(params, self.preset)

    @property
    def ahead(self) -> int:
        """One: they are varied one by one, and large."""
        return 1

    def mixer(self, classes: int) -> Mix | None:
        """What mixes the batches of these views, if anything is to."""
        return mixer(self.preset, classes) if self.params.mix else None

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) varied, each under a seed of its own from the generator, (B, 3, size, size)."""
        seeds = fresh_seeds(len(rows), generator).tolist()
        shown = zip(self.inputs.picked(rows), seeds, strict=True)
        return torch.stack([vary(self.variation, picture, seed) for picture, seed in shown])
