"""Pictures cut into cells, as phase 1 reads them."""

from torch import Tensor


def cut(images: Tensor, grid: int) -> Tensor:
    """(N, S, S) pictures to (N * grid * grid, pixels) cells, row-major."""
    count, size, _ = images.shape
    cell = size // grid
    tiles = images.reshape(count, grid, cell, grid, cell).permute(0, 1, 3, 2, 4)
    return tiles.reshape(count * grid * grid, cell * cell)


def as_pictures(cells: Tensor) -> Tensor:
    """(P, pixels) to (P, 1, c, c), what the network reads."""
    side = int(cells.shape[1] ** 0.5)
    return cells.reshape(len(cells), 1, side, side)
