"""Carved letters as grey drawings, dark on light, in the middle of a square of their own paper.

Networks read grey, ink as 1 and white as 0: then the zeros that convolutions put around a picture
are paper, and no border shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from rasm.inputs.pictures import PictureInputParams, PixelArray
from rasm.raster.ink import ink_of

_DRAWN = 128  # pixels a side at which drawings are kept, and aged in training
# Of stretching. Paper is more than half of a drawing, and the darkest pixels are more than specks.
_PAPER, _INK = 0.5, 0.98  # shares of the pixels that are lighter
_LEAST = 0.05  # of the way from white to black between paper and ink; below, grain would be ink


class LetterInputParams(PictureInputParams, frozen=True, extra="forbid"):
    """`size` pixels a side are what the network reads.

    Where `stretch` is set, paper is made white and ink black before it does.
    """

    kind: Literal["letters"]
    size: int = Field(ge=8)
    stretch: bool = False

    def inputs(self, pictures: Sequence[PixelArray], device: torch.device) -> "LetterInputs":
        """Grey drawings of the pictures.

        The letter is to fill its picture about as the drawings of training do: nothing is cropped.
        """
        return LetterInputs.of(pictures, self, device)


@dataclass(frozen=True)
class LetterInputs:
    """N letters as grey drawings."""

    drawings: NDArray[np.uint8]  # (N, 128, 128), dark on light
    params: LetterInputParams
    device: torch.device

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[PixelArray], params: LetterInputParams, device: torch.device
    ) -> Self:
        """Drawings of any pictures; raises as `PictureInputParams.inputs` does."""
        if not len(pictures):
            raise ValueError("there are no pictures to view")
        drawings = np.stack([_drawing(place, picture) for place, picture in enumerate(pictures)])
        return cls(drawings, params, device)

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 1, size, size)."""
        return self.network_input(np.stack([self.resized(row) for row in rows.tolist()]))

    def resized(self, row: int) -> NDArray[np.uint8]:
        """A drawing (size, size), as it is."""
        return _resized(self.drawings[row], self.params.size)

    def network_input(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Pictures (B, size, size), dark on light, as ink in [0, 1], (B, 1, size, size)."""
        ink = 1 - torch.from_numpy(pictures).to(self.device)[:, None].float() / 255
        return black_on_white(ink) if self.params.stretch else ink


def black_on_white(ink: Tensor) -> Tensor:
    """Pictures (B, 1, S, S) of ink in [0, 1] with their paper at 0 and their darkest at 1."""
    shares = torch.tensor([_PAPER, _INK], device=ink.device)
    paper, dark = ink.flatten(1).quantile(shares, dim=1)[:, :, None, None, None]
    black: Tensor = (ink - paper) / (dark - paper).clamp_min(_LEAST)
    return black.clamp(0, 1)


def _drawing(place: int, picture: PixelArray) -> NDArray[np.uint8]:
    grey = picture
    if picture.ndim == 3:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    try:
        ink = ink_of(grey)
    except ValueError as error:
        raise ValueError(f"picture {place}: {error}") from None
    if grey[ink].mean() > grey[~ink].mean():
        grey = 255 - grey
    height, width = grey.shape
    (top, bottom), (left, right) = (_rims(side, max(grey.shape)) for side in (height, width))
    paper = float(np.median(grey[~ink]))
    square = cv2.copyMakeBorder(
        grey, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(paper, paper, paper)
    )
    return _resized(np.asarray(square, dtype=np.uint8), _DRAWN)


def _rims(side: int, wanted: int) -> tuple[int, int]:
    return (wanted - side) // 2, (wanted - side + 1) // 2


def _resized(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The square picture at another size, as the Ager resizes."""
    way = cv2.INTER_AREA if size < len(picture) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (size, size), interpolation=way), dtype=np.uint8)
