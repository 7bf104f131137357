"""Packed rasters as tensors: a set fits a GPU packed, and each batch is unpacked where it lies."""

import torch
from torch import Tensor


def unpack_bits(packed: Tensor) -> Tensor:
    """(N, bytes) uint8 to (N, S, S) float pictures, on the tensor's own device."""
    places = torch.arange(7, -1, -1, device=packed.device, dtype=torch.uint8)
    bits = (packed[:, :, None] >> places) & 1
    side = int((packed.shape[1] * 8) ** 0.5)
    return bits.reshape(len(packed), side, side).float()
