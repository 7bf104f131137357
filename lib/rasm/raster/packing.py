"""Masks as bits: a 128x128 picture is 2,048 bytes, eight pixels a byte, row by row.

Whole, or cut into a grid of cells: at the default grid of 16 the picture is 256 cells of 8x8,
row-major, and one cell is 64 bits: eight bytes. Other grids change the numbers and nothing else.
"""

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


def slice_cells(masks: NDArray[np.bool_], grid: int) -> NDArray[np.uint8]:
    """(N, S, S) masks to (N, grid * grid, cell bytes), cells row-major and packed.

    Raises ValueError when the grid does not divide the picture into cells of whole bytes.
    """
    count, size, _ = masks.shape
    cell = size // grid
    if cell * grid != size or cell * cell % 8:
        raise ValueError(f"a grid of {grid} does not cut {size} pixels into cells of whole bytes")
    rows = masks.reshape(count, grid, cell, grid, cell)
    return pack(rows.transpose(0, 1, 3, 2, 4)).reshape(count, grid * grid, -1)


def assemble(cells: NDArray[np.uint8], grid: int) -> NDArray[np.bool_]:
    """(N, grid * grid, cell bytes) back to (N, S, S): the inverse of `slice_cells`."""
    masks = unpack(cells)
    count, _, cell, _ = masks.shape
    tiles = masks.reshape(count, grid, grid, cell, cell)
    return tiles.transpose(0, 1, 3, 2, 4).reshape(count, grid * cell, grid * cell)
