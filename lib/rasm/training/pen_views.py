"""Characters as the embedder of unseen letters sees them: skeletons drawn by a pen.

Fonts differ from handwriting first of all in the width of their strokes, so that is taken away:
every picture, of training and in use, is worn down to its skeleton and drawn anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor

from rasm.augment.articulation import articulated
from rasm.augment.pen import Hand, plain, written
from rasm.raster.branches import Branches
from rasm.raster.ink import fitted
from rasm.raster.masks import packed_masks
from rasm.raster.thinning import thin
from rasm.raster.words import to_packed, to_words

_CHUNK = 2048
RIM = 4  # blank pixels around a picture: a pen of 7 pixels and its soft edge fit in


class PenParams(BaseModel, frozen=True, extra="forbid"):
    """`picture` pixels a side are worn down, `size` pixels are what the network reads.

    `pen_px` is the width of the pen in use, in pixels of the skeleton; `hand` writes in training.
    """

    picture: int = Field(gt=2 * RIM, multiple_of=8)
    size: int = Field(gt=0, multiple_of=8)
    pen_px: int = Field(ge=1)
    hand: Hand


@dataclass(frozen=True)
class PenViews:
    """N characters as skeletons, to be seen as they are or as hands would write them."""

    skeletons: Tensor  # (N, picture * picture / 8) uint8
    params: PenParams

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[NDArray[np.uint8]], params: PenParams, device: torch.device
    ) -> Self:
        """Views of any pictures, (H, W) or (H, W, 3) uint8.

        Raises ValueError when there are none, and naming the place, counted from 0, of one that is
        blank or no such picture.
        """
        packed = packed_masks(pictures, lambda ink: fitted(ink, params.picture, RIM))
        return cls(skeletons(packed).to(device), params)

    @property
    def card(self) -> dict[str, Any]:
        """What a picture goes through in use, for the card of the network."""
        return {"kind": "pen", **self.params.model_dump()}

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) as hands write them, (B, 1, size, size)."""
        hand = self.params.hand
        moved = articulated(self._branches, rows, hand, generator)
        return written(moved, hand, self.params.size, generator)

    @cached_property
    def _branches(self) -> Branches:
        """Of use in training alone."""
        return Branches.of(self.skeletons)

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) drawn evenly, (B, 1, size, size)."""
        return plain(self.skeletons[rows], self.params.pen_px, self.params.size)


def skeletons(packed: Tensor) -> Tensor:
    """Packed masks (N, bytes) uint8 worn down to lines."""
    parts = [to_packed(thin(to_words(part)))[: len(part)] for part in torch.split(packed, _CHUNK)]
    return torch.cat(parts)
