"""Characters as other hands and other pens would draw them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from rasm.augment.pen import Hand, articulated, written
from rasm.inputs.pictures import PixelArray
from rasm.inputs.scripts import ScriptInputParams, ScriptInputs
from rasm.raster.branches import Branches
from rasm.training.views.views import ViewParams, Views


class ScriptViewParams(ViewParams, frozen=True, extra="forbid"):
    """As ScriptInputParams; `hand` writes in training."""

    kind: Literal["scripts"]
    picture: int
    size: int
    pen_px: int
    hand: Hand

    @property
    def in_use(self) -> ScriptInputParams:
        """Skeletons drawn by an even pen."""
        return ScriptInputParams(**self.model_dump(exclude={"hand"}))

    def views(self, pictures: Sequence[PixelArray], device: torch.device) -> "ScriptViews":
        """Skeletons, drawn anew each time."""
        return ScriptViews(self.in_use.inputs(pictures, device), self)


class ScriptViews(Views):
    """N characters as skeletons, to be seen as they are or as hands would write them."""

    inputs: ScriptInputs

    def __init__(self, inputs: ScriptInputs, params: ScriptViewParams) -> None:
        super().__init__(inputs)
        self.params = params

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) as hands write them, (B, 1, size, size)."""
        hand = self.params.hand
        moved = articulated(self._branches, rows, hand, generator)
        return written(moved, hand, self.params.size, generator)

    @cached_property
    def _branches(self) -> Branches:
        return Branches.of(self.inputs.skeletons)
