"""What an embedder is shown of pictures of any origin and size.

How it wants them belongs to the network and is kept on its card. The ways are alternatives, a file
each: `rasm.reading.embeddings` finds the one that a card names.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from torch import Tensor

PixelArray = NDArray[np.uint8]
"""A picture (H, W) or (H, W, 3)."""


class PictureInputs(Protocol):
    """N pictures, made ready for a network on `device`, where the numbers of rows lie too."""

    channels: int

    @property
    def device(self) -> torch.device:
        """What the network computes on."""
        ...

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as the network reads them in use, (B, channels, S, S) float."""
        ...


class PictureInputParams(BaseModel, frozen=True, extra="forbid"):
    """What a picture goes through before the network reads it; `kind` names the alternative."""

    kind: str

    def inputs(self, pictures: Sequence[PixelArray], device: torch.device) -> PictureInputs:
        """Make pictures (H, W) or (H, W, 3) uint8 of any size ready.

        Raises ValueError when there are none, and naming the place, counted from 0, of one in which
        there is nothing to see.
        """
        raise NotImplementedError

    @property
    def card(self) -> dict[str, Any]:
        """What `rasm.reading.embeddings` reads back from the card of a network."""
        return self.model_dump(mode="json")
