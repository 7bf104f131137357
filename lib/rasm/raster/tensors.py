"""Packed rasters as tensors: a set fits a GPU packed, and each batch is unpacked where it lies."""

import torch
from torch import Tensor

_GATHER = 0x8040_2010_0804_0201 - (1 << 64)


def unpack_bits(packed: Tensor) -> Tensor:
    """(N, bytes) uint8 to (N, S, S) float pictures, on the tensor's own device."""
    places = torch.arange(7, -1, -1, device=packed.device, dtype=torch.uint8)
    bits = (packed[:, :, None] >> places) & 1
    side = int((packed.shape[1] * 8) ** 0.5)
    return bits.reshape(len(packed), side, side).float()


def ends(inked: Tensor) -> tuple[Tensor, Tensor]:
    """Where the ink of each row (..., S) bool starts, and where it has ended: 0, S without ink."""
    flags = inked.to(torch.uint8)
    return flags.argmax(dim=-1), flags.shape[-1] - flags.flip(-1).argmax(dim=-1)


def pack_bits(masks: Tensor) -> Tensor:
    """Masks (N, S, S) of 0 and 1 to (N, S * S / 8) uint8, the inverse of `unpack_bits`."""
    eights = (masks != 0).flatten(1).view(torch.uint8).view(torch.int64)
    # Times this, the eight bytes of a word, each 0 or 1, come to stand side by side at its top.
    return ((eights * _GATHER) >> 56).to(torch.uint8)
