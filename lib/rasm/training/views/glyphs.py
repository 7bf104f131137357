"""Glyphs as other fonts of the same script would draw them."""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from rasm.augment.distort import Distortion
from rasm.inputs.glyphs import GlyphInputParams, GlyphInputs
from rasm.inputs.pictures import PixelArray
from rasm.training.disturbed import distorted_rasters
from rasm.training.views.views import ViewParams, Views


class GlyphViewParams(ViewParams, frozen=True, extra="forbid"):
    """As GlyphInputParams; glyphs are distorted at `picture` pixels a side."""

    kind: Literal["glyphs"]
    picture: int
    size: int
    distortion: Distortion

    @property
    def in_use(self) -> GlyphInputParams:
        """Filled shapes."""
        return GlyphInputParams(**self.model_dump(exclude={"distortion"}))

    def views(self, pictures: Sequence[PixelArray], device: torch.device) -> "GlyphViews":
        """Filled shapes, some of them distorted."""
        return GlyphViews(self.in_use.inputs(pictures, device), self)


class GlyphViews(Views):
    """N glyphs, to be seen as they are or as other fonts would draw them."""

    inputs: GlyphInputs

    def __init__(self, inputs: GlyphInputs, params: GlyphViewParams) -> None:
        super().__init__(inputs)
        self.params = params

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,), a share of them distorted, (B, 1, size, size)."""
        read = distorted_rasters(self.params.distortion, ["ink"])
        return self.inputs.reduced(read(self.inputs.rasters[rows], generator))
