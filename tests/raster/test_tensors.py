"""Packing and unpacking on the tensor's device gives what NumPy gives."""

import numpy as np
import torch

from rasm.raster.packing import pack
from rasm.raster.tensors import pack_bits, unpack_bits


def test_bits_come_back_in_their_order() -> None:
    masks = np.random.default_rng(0).random((3, 16, 16)) < 0.5
    pictures = unpack_bits(torch.from_numpy(pack(masks)))
    assert pictures.dtype == torch.float32
    np.testing.assert_array_equal(pictures.numpy(), masks)


def test_packed_as_numpy_packs() -> None:
    masks = np.random.default_rng(1).random((3, 16, 16)) < 0.5
    packed = pack_bits(torch.from_numpy(masks).float())
    np.testing.assert_array_equal(packed.numpy(), pack(masks))
