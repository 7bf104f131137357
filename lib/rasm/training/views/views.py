"""Pictures as an embedder sees them while it learns: varied, as the world would vary them.

A view starts from what the network is shown in use (`rasm.inputs`), and adds what training varies.
The views are alternatives, a file each: `rasm.training.embedder_params` finds the one that params
name.
"""

from collections.abc import Sequence
from typing import Self

import torch
from pydantic import BaseModel, model_validator
from torch import Tensor

from rasm.augment.mixing import Mix
from rasm.inputs.pictures import PictureInputParams, PictureInputs, PixelArray
from rasm.training.task import worth_preparing


class Views:
    """N training pictures, to be seen varied or as in use: (B, channels, S, S) float."""

    def __init__(self, inputs: PictureInputs) -> None:
        self.inputs = inputs

    @property
    def channels(self) -> int:
        """Of a picture as the network reads it."""
        return self.inputs.channels

    @property
    def device(self) -> torch.device:
        """Of the pictures that the network reads, and of the numbers of their rows."""
        return self.inputs.device

    @property
    def ahead(self) -> int:
        """Batches worth varying at once."""
        return worth_preparing(self.device)

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as in use."""
        return self.inputs.clean(rows)

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,), varied."""
        raise NotImplementedError

    def mixer(self, classes: int) -> Mix | None:
        """What mixes the pictures of a batch, where the view does."""
        return None


class ViewParams(BaseModel, frozen=True, extra="forbid"):
    """How pictures vary in training, and what the network is shown in use."""

    kind: str

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        assert self.in_use  # its own checks are ours too
        return self

    @property
    def in_use(self) -> PictureInputParams:
        """What of these params counts in use, for the card of the network."""
        raise NotImplementedError

    def views(self, pictures: Sequence[PixelArray], device: torch.device) -> Views:
        """Views of pictures (H, W) or (H, W, 3) uint8; raises as `PictureInputParams.inputs`."""
        raise NotImplementedError
