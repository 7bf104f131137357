"""Masks as bits: a 128x128 picture is 2,048 bytes, eight pixels a byte, row by row."""

import numpy as np
from numpy.typing import NDArray


def pack(masks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(..., S, S) masks to (..., S * S / 8) bytes; the first pixel is the highest bit."""
    *batch, height, width = masks.shape
    return np.packbits(masks.reshape(*batch, height * width), axis=-1)


def unpack(packed: NDArray[np.uint8], size: int | None = None) -> NDArray[np.bool_]:
    """(..., B) bytes to (..., S, S) masks. S is the square root of the bit count unless given."""
    bits = packed.shape[-1] * 8
    side = size or int(round(bits**0.5))
    if side * side != bits:
        raise ValueError(f"{packed.shape[-1]} bytes are no {side}x{side} picture")
    return np.unpackbits(packed, axis=-1).reshape(*packed.shape[:-1], side, side).astype(np.bool_)
