"""Glyphs as a classifier is to read them: stored compactly, made ready a batch at a time.

Phase 2 reads grids of primitives, the baseline packed rasters; both lie on the device.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.raster.channels import Channel, stack_channels
from rasm.raster.tensors import unpack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records

Prepare = Callable[[Tensor, torch.Generator | None], Tensor]
"""A stored batch to what the network reads; with a generator, in training, disturbed."""


@dataclass(frozen=True)
class Examples:
    """N glyphs as a network is to read them."""

    inputs: Tensor  # (N, ...) as stored
    labels: NDArray[np.int64]  # (N,) label indices
    prepare: Prepare
    cues: Tensor | None = None  # (N, 4) size cues, for networks that read them


def grid_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Primitive grids (N, G, G) int32."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    grids = torch.from_numpy(numbers).reshape(-1, side, side).to(device)
    return Examples(grids, roster.labels, prepare, torch.from_numpy(roster.cues).to(device))


def plain_grids(grids: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Primitives (B, G, G) as int64, undisturbed."""
    return grids.long()


def raster_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Packed rasters (N, bytes) uint8."""
    packed = torch.from_numpy(store.stack(roster.glyph_ids)).to(device)
    return Examples(packed, roster.labels, prepare, torch.from_numpy(roster.cues).to(device))


def plain_rasters(channels: Sequence[Channel]) -> Prepare:
    """Reader of packed rasters: (N, C, S, S) float, one plane for each of `channels`."""

    def prepare(packed: Tensor, generator: torch.Generator | None) -> Tensor:
        return stack_channels(unpack_bits(packed), channels)

    return prepare
