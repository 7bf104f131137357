"""Characters of any script as skeletons drawn by an even pen.

Fonts differ from handwriting first of all in the width of their strokes, so that is taken away:
every picture, of training and in use, is worn down to its skeleton and drawn anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import torch
from pydantic import Field
from torch import Tensor

from rasm.inputs.pictures import PictureInputParams, PixelArray
from rasm.raster.bit_planes import to_packed, to_words
from rasm.raster.ink import fitted, packed_masks
from rasm.raster.pen import draw_evenly
from rasm.raster.thinning import thin

_CHUNK = 2048
_RIM = 4  # blank pixels around a picture: a pen of 7 pixels and its soft edge fit in


class ScriptInputParams(PictureInputParams, frozen=True, extra="forbid"):
    """`picture` pixels a side are worn down, `size` pixels are what the network reads.

    `pen_px` is the width of the pen in use, in pixels of the skeleton.
    """

    kind: Literal["scripts"]
    picture: int = Field(gt=2 * _RIM, multiple_of=8)
    size: int = Field(gt=0, multiple_of=8)
    pen_px: int = Field(ge=1)

    def inputs(self, pictures: Sequence[PixelArray], device: torch.device) -> "ScriptInputs":
        """Skeletons of the pictures."""
        return ScriptInputs.of(pictures, self, device)


@dataclass(frozen=True)
class ScriptInputs:
    """N characters as skeletons."""

    skeletons: Tensor  # (N, picture * picture / 8) uint8
    params: ScriptInputParams

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[PixelArray], params: ScriptInputParams, device: torch.device
    ) -> Self:
        """Wear pictures down to lines; raises as `PictureInputParams.inputs` does."""
        packed = packed_masks(pictures, lambda ink: fitted(ink, params.picture, _RIM))
        return cls(skeletons(packed).to(device), params)

    @property
    def device(self) -> torch.device:
        """That of the skeletons."""
        return self.skeletons.device

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) drawn evenly, (B, 1, size, size)."""
        return draw_evenly(self.skeletons[rows], self.params.pen_px, self.params.size)


def skeletons(packed: Tensor) -> Tensor:
    """Packed masks (N, bytes) uint8 worn down to lines."""
    parts = [to_packed(thin(to_words(part)))[: len(part)] for part in torch.split(packed, _CHUNK)]
    return torch.cat(parts)
