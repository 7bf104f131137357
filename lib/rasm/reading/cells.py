"""Phase 1 at work: the primitive that the network names for each cell."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.inputs.cells import as_pictures, cut
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.weights import load_network
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import ReadCells, read_pattern_grids, read_patterns
from rasm.raster.tensors import pack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def predict_cells(model: nn.Module, bits: Tensor, chunk: int = 8192) -> Tensor:
    """Most probable primitive (P,) int64 of each cell (P, pixels)."""
    # The first of the largest, as argmax finds it, which takes four times as long in bfloat16.
    parts = [model(as_pictures(part)).max(dim=1).indices for part in torch.split(bits, chunk)]
    return torch.cat(parts)


def predict_grids(phase1: CellCNN, masks: Tensor, grid: int) -> Tensor:
    """Primitive grids (N, G, G) int64 that phase 1 sees in masks (N, S, S) of 0 and 1."""
    cells = cut(masks, grid)
    inked = torch.nonzero(cells.any(dim=1))[:, 0]
    # Empty cells are known to be empty, and of equal ones the network is asked one.
    asked, which = _distinct(cells[inked])
    tokens = torch.zeros(len(cells), dtype=torch.int64, device=cells.device)
    tokens[inked] = predict_cells(phase1, asked)[which]
    return tokens.reshape(len(masks), grid, grid)


def _distinct(cells: Tensor) -> tuple[Tensor, Tensor]:
    """The distinct ones of cells (P, pixels) of 0 and 1, and which of them each is (P,).

    Cells of 64 pixels are compared as words. Larger ones hardly repeat, and stay as they are.
    """
    rows = torch.arange(len(cells), device=cells.device)
    if cells.shape[1] != 64:
        return cells, rows
    words = pack_bits(as_pictures(cells)[:, 0]).view(torch.int64)[:, 0]
    distinct, which = torch.unique(words, return_inverse=True)
    first = rows.new_zeros(len(distinct))
    # Of several that are written to one place any may stay: they are equal.
    first[which] = rows
    return cells[first], which


def read_cells(
    phase1: Path, cells: Path, roster: Roster, of_pattern: NDArray[np.uint16], fabric: "Fabric"
) -> ReadCells:
    """The cells of these glyphs as the network in folder `phase1` reads them.

    Each distinct pattern is asked once and counted as it occurs. `of_pattern` (P,) is the true
    primitive of each pattern in the file `cells`.
    """
    with Records(cells) as store:
        patterns = read_patterns(store)
        grids = read_pattern_grids(store, roster.glyph_ids)
    use = np.bincount(grids.ravel(), minlength=len(of_pattern))
    seen = use > 0
    bits = as_bits(patterns.cells[seen])
    network = load_network(phase1, CellCNN).to(fabric.device)
    with torch.inference_mode(), fabric.autocast():
        predicted = predict_cells(network, torch.from_numpy(bits).to(fabric.device)).cpu().numpy()
    return ReadCells(bits, predicted, of_pattern[seen].astype(np.int64), use[seen])
