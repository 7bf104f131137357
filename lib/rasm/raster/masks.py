"""The ink of many pictures as packed masks, which views of filled or thinned shapes start from."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.raster.ink import Mask, ink_of
from rasm.raster.packing import pack


def packed_masks(pictures: Sequence[NDArray[np.uint8]], fit: Callable[[Mask], Mask]) -> Tensor:
    """Pictures (H, W) or (H, W, 3) uint8 to packed masks (N, S * S / 8) uint8.

    `fit` sets the ink of each into a picture (S, S). Raises ValueError when there are no pictures,
    and naming the place, counted from 0, of one that is blank or no such picture.
    """
    if not len(pictures):
        raise ValueError("there are no pictures to view")
    return torch.from_numpy(np.stack([_packed(*one, fit) for one in enumerate(pictures)]))


def _packed(
    place: int, picture: NDArray[np.uint8], fit: Callable[[Mask], Mask]
) -> NDArray[np.uint8]:
    try:
        return pack(fit(ink_of(picture)))
    except ValueError as error:
        raise ValueError(f"picture {place}: {error}") from None
