"""Letters as weather, stone and camera leave them: what a matcher of worn letters learns from.

The clean drawing is what a worn letter is compared with, so some pictures are left clean.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from rasm.augment.seeding import fresh_seeds
from rasm.augment.severity import Severity
from rasm.augment.worn import aged_in_turn
from rasm.inputs.letters import LetterInputParams, LetterInputs
from rasm.inputs.pictures import PixelArray
from rasm.training.views.views import ViewParams, Views


class LetterViewParams(ViewParams, frozen=True, extra="forbid"):
    """As LetterInputParams; `clean_share` of training pictures is not aged.

    The others are at one of the levels each, by lot.
    """

    kind: Literal["letters"]
    size: int
    stretch: bool
    levels: tuple[Severity, ...] = Field(min_length=1)
    clean_share: float = Field(ge=0, le=1)

    @property
    def in_use(self) -> LetterInputParams:
        """Grey drawings."""
        return LetterInputParams(**self.model_dump(include={"kind", "size", "stretch"}))

    def views(self, pictures: Sequence[PixelArray], device: torch.device) -> "LetterViews":
        """Drawings, most of them aged."""
        return LetterViews(self.in_use.inputs(pictures, device), self)


class LetterViews(Views):
    """N letters, to be seen as they are or as they would have aged."""

    inputs: LetterInputs

    def __init__(self, inputs: LetterInputs, params: LetterViewParams) -> None:
        super().__init__(inputs)
        self.params = params

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) aged, each under a seed of its own from the generator, (B, 1, size, size).

        A share of them, drawn one by one, is left clean.
        """
        seeds = fresh_seeds(len(rows), generator).numpy()
        wears = (torch.rand(len(rows), generator=generator) >= self.params.clean_share).numpy()
        chosen, size = rows.cpu().numpy(), self.params.size
        seen = np.stack([self.inputs.resized(row) for row in chosen])
        levels = self.params.levels
        turns = torch.randint(len(levels), (len(rows),), generator=generator).numpy()[wears]
        worn = self.inputs.drawings[chosen[wears]]
        seen[wears] = aged_in_turn(worn, levels, turns, size, seeds[wears].tolist())
        return self.inputs.network_input(seen)
