"""Letters as weather, stone and camera leave them: what a matcher of worn letters learns from.

The clean drawing is what a worn letter is compared with, so it is a view of its own: as it is, but
for its size. Networks read grey, ink as 1 and white as 0: then the zeros that convolutions put
around a picture are paper, and no border shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor

from rasm.augment.ageing import aged
from rasm.augment.seeding import fresh_seeds
from rasm.augment.severity import Level
from rasm.raster.ink import ink_of

_DRAWN = 128  # pixels a side at which every picture is aged


class AgedParams(BaseModel, frozen=True, extra="forbid"):
    """`size` pixels are what the network reads; `clean_share` of training pictures is not aged."""

    size: int = Field(ge=8)
    severity: Level
    clean_share: float = Field(ge=0, le=1)


@dataclass(frozen=True)
class AgedViews:
    """N pictures, to be seen as they are or as they would have aged."""

    drawings: NDArray[np.uint8]  # (N, 128, 128), dark on light
    params: AgedParams
    device: torch.device

    channels = 1

    @classmethod
    def of(
        cls, pictures: Sequence[NDArray[np.uint8]], params: AgedParams, device: torch.device
    ) -> Self:
        """Views of any pictures, (H, W) or (H, W, 3) uint8, dark on light or light on dark.

        The letter is to fill its picture about as the drawings of training do: nothing is cropped.
        Raises ValueError naming the place of a blank one, counted from 0.
        """
        drawings = np.stack([_drawing(place, picture) for place, picture in enumerate(pictures)])
        return cls(drawings, params, device)

    @property
    def card(self) -> dict[str, Any]:
        """What a picture goes through in use, for the card of the network."""
        return {"kind": "aged", **self.params.model_dump()}

    def train(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Rows (B,) aged, each under a seed of its own from the generator, (B, 1, size, size).

        A share of them, drawn one by one, is left clean.
        """
        seeds = fresh_seeds(len(rows), generator).numpy()
        wears = (torch.rand(len(rows), generator=generator) >= self.params.clean_share).numpy()
        chosen, size = rows.cpu().numpy(), self.params.size
        seen = np.stack([self._clean(row) for row in chosen])
        worn, level = self.drawings[chosen[wears]], self.params.severity
        seen[wears] = aged(worn, level, size, seeds[wears].tolist())
        return self._network_input(seen)

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as they are, (B, 1, size, size)."""
        return self._network_input(np.stack([self._clean(row) for row in rows.tolist()]))

    def _clean(self, row: int) -> NDArray[np.uint8]:
        return _resized(self.drawings[row], self.params.size)

    def _network_input(self, pictures: NDArray[np.uint8]) -> Tensor:
        return 1 - torch.from_numpy(pictures).to(self.device)[:, None].float() / 255


def _drawing(place: int, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey, dark on light, in the middle of a square of its own paper."""
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
