"""What the baseline is trained and asked on: packed rasters, on the device."""

import torch
from torch import Tensor

from rasm.raster.tensors import unpack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import Examples, Prepare


def raster_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Packed rasters (N, bytes) uint8."""
    packed = torch.from_numpy(store.stack(roster.glyph_ids)).to(device)
    return Examples(packed, roster.labels, prepare)


def plain_rasters(packed: Tensor, generator: torch.Generator | None) -> Tensor:
    """Reader of rasters: (N, 1, S, S) float, channels last."""
    return unpack_bits(packed)[:, None].contiguous(memory_format=torch.channels_last)
