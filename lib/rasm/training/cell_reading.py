"""Phase 1 at work: pictures cut into cells, and the primitive that the network names for each."""

import torch
from torch import Tensor, nn


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


def predict_cells(model: nn.Module, bits: Tensor, chunk: int = 8192) -> Tensor:
    """Most probable primitive (P,) int64 of each cell (P, pixels)."""
    # The first of the largest, as argmax finds it, which takes four times as long in bfloat16.
    parts = [model(as_pictures(part)).max(dim=1).indices for part in torch.split(bits, chunk)]
    return torch.cat(parts)
