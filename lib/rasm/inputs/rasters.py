"""What the baseline reads: packed rasters, on the device."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rasm.inputs.examples import Examples, Prepare
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.tensors import unpack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records


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
