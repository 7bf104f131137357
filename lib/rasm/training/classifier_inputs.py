"""What glyph classifiers are trained and asked on: one split's inputs and labels, on the device."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.augment.token_noise import replace_tokens
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import Prepare
from rasm.training.phase1 import unpack_bits

Examples = tuple[Tensor, NDArray[np.int64]]


def grid_examples(store: Records, roster: Roster, device: torch.device) -> Examples:
    """Primitive grids (N, G, G) int32 and label indices (N,)."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    return torch.from_numpy(numbers).reshape(-1, side, side).to(device), roster.labels


def raster_examples(store: Records, roster: Roster, device: torch.device) -> Examples:
    """Packed rasters (N, bytes) uint8 and label indices (N,)."""
    return torch.from_numpy(store.stack(roster.glyph_ids)).to(device), roster.labels


def noisy_grids(rate: float, vocabulary: int) -> Prepare:
    """Reader of grids: primitives as int64, in training a share `rate` of them replaced."""

    def prepare(grids: Tensor, generator: torch.Generator | None) -> Tensor:
        if generator is not None:
            grids = replace_tokens(grids, rate, vocabulary, generator)
        return grids.long()

    return prepare


def plain_rasters(packed: Tensor, generator: torch.Generator | None) -> Tensor:
    """Reader of rasters: (N, 1, S, S) float, channels last."""
    return unpack_bits(packed)[:, None].contiguous(memory_format=torch.channels_last)
