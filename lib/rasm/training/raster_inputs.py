"""What the baseline is trained and asked on: packed rasters, on the device."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.raster.tensors import unpack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records


def raster_examples(
    store: Records, roster: Roster, device: torch.device
) -> tuple[Tensor, NDArray[np.int64]]:
    """Packed rasters (N, bytes) uint8 and label indices (N,)."""
    return torch.from_numpy(store.stack(roster.glyph_ids)).to(device), roster.labels


def plain_rasters(packed: Tensor, generator: torch.Generator | None) -> Tensor:
    """Reader of rasters: (N, 1, S, S) float, channels last."""
    return unpack_bits(packed)[:, None].contiguous(memory_format=torch.channels_last)
