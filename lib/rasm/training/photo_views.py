"""Pictures of any folder as a camera might have taken them another time.

Every picture is held as the square that is seen in use: the shorter side brought to `size`, of the
longer one the middle. So training varies what will be seen and nothing else, a batch is not
resized again, and pictures of 20 megapixels cost no more than small ones: 3 * size**2 bytes, which
is 0.7 GB for 1,000 at 480 pixels. They stay in main memory; a batch goes to the device and is
varied there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms import v2

from rasm.augment.mixing import Mix, mixer
from rasm.augment.photo import Photo, middle, normalised, training, vary
from rasm.augment.presets import PRESETS, Preset, Strength, strength_for
from rasm.augment.seeding import fresh_seeds


class PhotoParams(Photo, frozen=True, extra="forbid"):
    """How photographs vary in training; of these, `size` alone counts in use."""

    strength: Strength | Literal["auto"]
    """What comes on top of camera and lamp; auto goes by the number of pictures."""
    mix: bool
    """Whether batches are mixed as the preset says, which not every loss can take."""


@dataclass(frozen=True)
class PhotoViews:
    """N pictures, to be seen as they are or under another camera and lamp."""

    pictures: Tensor  # (N, 3, size, size) uint8, in main memory
    params: PhotoParams
    device: torch.device
    preset: Preset
    variation: v2.Compose

    channels = 3

    @classmethod
    def of(
        cls, pictures: Sequence[NDArray[np.uint8]], params: PhotoParams, device: torch.device
    ) -> Self:
        """Views of any pictures, (H, W) or (H, W, 3) uint8; small ones are enlarged.

        Raises ValueError when there are none, and naming the place, counted from 0, of what is no
        such picture.
        """
        if not len(pictures):
            raise ValueError("there are no pictures to view")
        strength = strength_for(len(pictures)) if params.strength == "auto" else params.strength
        squares = torch.empty((len(pictures), 3, params.size, params.size), dtype=torch.uint8)
        for place, picture in enumerate(pictures):
            squares[place] = middle(_channels_first(place, picture), params.size)
        chosen = params.model_copy(update={"strength": strength})
        preset = PRESETS[strength]
        return cls(squares, chosen, device, preset, training(chosen, preset))

    @property
    def card(self) -> dict[str, Any]:
        """What a picture goes through, for the card of the network; `strength` is never auto."""
        return {"kind": "photo", **self.params.model_dump(mode="json")}

    def mixer(self, classes: int) -> Mix | None:
        """What mixes the batches of these views, if anything is to."""
        return mixer(self.preset, classes) if self.params.mix else None

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) varied, each under a seed of its own from the generator, (B, 3, size, size)."""
        seeds = fresh_seeds(len(rows), generator).tolist()
        shown = zip(self._picked(rows), seeds, strict=True)
        return torch.stack([vary(self.variation, picture, seed) for picture, seed in shown])

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 3, size, size)."""
        return normalised(self._picked(rows))

    def _picked(self, rows: Tensor) -> Tensor:
        return self.pictures[rows.cpu()].to(self.device)


def _channels_first(place: int, picture: NDArray[np.uint8]) -> Tensor:
    """The picture as (1, H, W) or (3, H, W)."""
    grey_or_rgb = picture.ndim == 2 or picture.shape[2:] == (3,)
    if not grey_or_rgb or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(
            f"picture {place}: a picture is (H, W) or (H, W, 3) uint8, this is {picture.shape}"
            f" {picture.dtype}"
        )
    return torch.from_numpy(np.atleast_3d(picture).transpose(2, 0, 1).copy())
