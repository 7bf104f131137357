"""Glyphs as filled shapes, cut out and scaled until the longer side fills the picture.

Isolated pictures do not tell how large a glyph is. Unlike for carvings and hands the strokes' own
width is kept: contrast and terminals tell letters of one script apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import torch
from pydantic import Field, model_validator
from torch import Tensor
from torch.nn import functional as F

from rasm.inputs.pictures import PictureInputParams, PixelArray
from rasm.raster.fill import Mask
from rasm.raster.ink import fitted, packed_masks
from rasm.raster.tensors import unpack_bits


class GlyphInputParams(PictureInputParams, frozen=True, extra="forbid"):
    """Glyphs are fitted into `picture` pixels a side, of which the network reads `size`."""

    kind: Literal["glyphs"]
    picture: int = Field(gt=0, multiple_of=8)
    size: int = Field(gt=0)

    @model_validator(mode="after")
    def _reduced_by_a_whole_number(self) -> Self:
        if self.picture % self.size:
            raise ValueError(f"size {self.size} must divide picture {self.picture}")
        return self

    def inputs(self, pictures: Sequence[PixelArray], device: torch.device) -> "GlyphInputs":
        """Filled shapes of the pictures."""
        return GlyphInputs.of(pictures, self, device)


@dataclass(frozen=True)
class GlyphInputs:
    """N glyphs as filled shapes."""

    rasters: Tensor  # (N, picture * picture / 8) uint8
    params: GlyphInputParams

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[PixelArray], params: GlyphInputParams, device: torch.device
    ) -> Self:
        """Fit the ink of pictures; raises as `PictureInputParams.inputs` does."""
        packed = packed_masks(pictures, lambda ink: _in_corner(fitted(ink, params.picture, 0)))
        return cls(packed.to(device), params)

    @property
    def device(self) -> torch.device:
        """That of the rasters."""
        return self.rasters.device

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 1, size, size)."""
        return self.reduced(unpack_bits(self.rasters[rows])[:, None])

    def reduced(self, masks: Tensor) -> Tensor:
        """Masks (B, 1, picture, picture) at the size that the network reads."""
        return F.avg_pool2d(masks, self.params.picture // self.params.size)


def _in_corner(mask: Mask) -> Mask:
    """The ink at the upper left, where distortions set it too."""
    top, left = (int(mask.any(axis=axis).argmax()) for axis in (1, 0))
    return np.roll(mask, (-top, -left), axis=(0, 1))
