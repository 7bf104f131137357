"""Glyphs whose cells are full or empty, and a phase 1 that tells them apart."""

import numpy as np
import torch
from numpy.typing import NDArray

from rasm.nets.cell_cnn import CellCNN


def columns(*where: int) -> NDArray[np.bool_]:
    """A 128x128 picture whose cells are full in these columns of cells, and empty elsewhere."""
    mask = np.zeros((128, 128), dtype=bool)
    for column in where:
        mask[:, 8 * column : 8 * column + 8] = True
    return mask


class FullCells(CellCNN):
    """Stands for a trained phase 1: primitive 7 for a full cell, 3 for any other."""

    def __init__(self) -> None:
        super().__init__(cell=8, vocabulary=9, dropout=0.0)

    def forward(self, cells: torch.Tensor, with_embedding: bool = False) -> torch.Tensor:
        full = cells.flatten(1).all(dim=1)
        return torch.nn.functional.one_hot(torch.where(full, 7, 3), 9).float()
