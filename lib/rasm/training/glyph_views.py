"""Glyphs as the embedder of one script sees them: filled shapes, as other fonts would draw them.

Isolated pictures do not tell how large a glyph is, so every one, of training and in use, is cut out
and scaled until its longer side fills the picture. Unlike for carvings and hands the strokes' own
width is kept: contrast and terminals tell letters of one script apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator
from torch import Tensor
from torch.nn import functional as F

from rasm.augment.distort import Distortion
from rasm.raster.ink import Mask, fitted
from rasm.raster.masks import packed_masks
from rasm.training.raster_inputs import distorted_rasters, plain_rasters


class GlyphParams(BaseModel, frozen=True, extra="forbid"):
    """`picture` pixels a side are distorted, `size` pixels are what the network reads."""

    picture: int = Field(gt=0, multiple_of=8)
    size: int = Field(gt=0)
    distortion: Distortion

    @model_validator(mode="after")
    def _reduced_by_a_whole_number(self) -> Self:
        if self.picture % self.size:
            raise ValueError(f"size {self.size} must divide picture {self.picture}")
        return self


@dataclass(frozen=True)
class GlyphViews:
    """N glyphs, to be seen as they are or as other fonts would draw them."""

    rasters: Tensor  # (N, picture * picture / 8) uint8
    params: GlyphParams

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[NDArray[np.uint8]], params: GlyphParams, device: torch.device
    ) -> Self:
        """Views of any pictures, (H, W) or (H, W, 3) uint8.

        Raises ValueError when there are none, and naming the place, counted from 0, of one that is
        blank or no such picture.
        """
        packed = packed_masks(pictures, lambda ink: _in_corner(fitted(ink, params.picture, 0)))
        return cls(packed.to(device), params)

    @property
    def card(self) -> dict[str, Any]:
        """What a picture goes through in use, for the card of the network."""
        return {"kind": "glyph", **self.params.model_dump()}

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,), a share of them distorted, (B, 1, size, size)."""
        read = distorted_rasters(self.params.distortion, ["ink"])
        return self._reduced(read(self.rasters[rows], generator))

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 1, size, size)."""
        return self._reduced(plain_rasters(["ink"])(self.rasters[rows], None))

    def _reduced(self, masks: Tensor) -> Tensor:
        return F.avg_pool2d(masks, self.params.picture // self.params.size)


def _in_corner(mask: Mask) -> Mask:
    """The ink at the upper left, where distortions set it too."""
    top, left = (int(mask.any(axis=axis).argmax()) for axis in (1, 0))
    return np.roll(mask, (-top, -left), axis=(0, 1))
