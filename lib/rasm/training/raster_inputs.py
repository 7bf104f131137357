"""What the baseline is trained and asked on: packed rasters, on the device."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rasm.augment.distort import Distortion, choose, distort
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.tensors import unpack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import Examples, Prepare


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


def distorted_rasters(amounts: Distortion, channels: Sequence[Channel]) -> Prepare:
    """The same reader, but in training it distorts a share of the rasters."""

    def prepare(packed: Tensor, generator: torch.Generator | None) -> Tensor:
        masks = unpack_bits(packed)
        if generator is not None and amounts.share:
            chosen = choose(len(packed), amounts.share, generator).to(packed.device)
            masks[chosen] = distort(packed[chosen], amounts, generator)
        return stack_channels(masks, channels)

    return prepare
