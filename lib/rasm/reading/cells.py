"""Phase 1 at work: pictures cut into cells, and the primitive that the network names for each."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.weights import load_network
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import ReadCells, read_pattern_grids, read_patterns
from rasm.raster.packing import slice_cells
from rasm.raster.tensors import pack_bits
from rasm.store.manifest import Roster
from rasm.store.records import Records

if TYPE_CHECKING:
    from lightning_fabric import Fabric


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


def predict_grids(phase1: CellCNN, masks: Tensor, grid: int) -> Tensor:
    """Primitive grids (N, G, G) int64 that phase 1 sees in masks (N, S, S) of 0 and 1."""
    cells = cut(masks, grid)
    inked = torch.nonzero(cells.any(dim=1))[:, 0]
    # Empty cells are known to be empty, and of equal ones the network is asked one.
    asked, which = _distinct(cells[inked])
    tokens = torch.zeros(len(cells), dtype=torch.int64, device=cells.device)
    tokens[inked] = predict_cells(phase1, asked)[which]
    return tokens.reshape(len(masks), grid, grid)


class NamedCells:
    """Phase 1 at work on font after font: a cell of 64 pixels that it has named it knows.

    Fonts repeat each other's: of the cells of 17 fonts three in five stood in one before.
    """

    _MOST = 1 << 20  # cells to remember, 10 bytes each

    def __init__(self, phase1: CellCNN, device: torch.device) -> None:
        self._phase1, self._device = phase1, device
        self._known = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)

    def grids(self, masks: NDArray[np.bool_], grid: int) -> NDArray[np.int32]:
        """Primitive grids (N, G, G) of masks (N, S, S). Under autocast as the surroundings say."""
        cells = slice_cells(masks, grid).reshape(len(masks) * grid**2, -1)
        inked = cells.any(axis=1)
        primitives = np.zeros(len(cells), dtype=np.int32)
        if cells.shape[1] == 8:
            words, which = np.unique(cells[inked].view(np.uint64), return_inverse=True)
            primitives[inked] = self._of_words(words)[which.ravel()]
        else:
            primitives[inked] = self._ask(cells[inked])
        return primitives.reshape(len(masks), grid, grid)

    def _of_words(self, words: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Primitives of distinct cells, sorted as numbers."""
        known, names = self._known
        place = np.searchsorted(known, words)
        is_known = np.zeros(len(words), dtype=np.bool_)
        inside = place < len(known)
        is_known[inside] = known[place[inside]] == words[inside]
        found = np.empty(len(words), dtype=np.int32)
        found[is_known] = names[place[is_known]]
        new = words[~is_known]
        if len(new):
            found[~is_known] = self._ask(new.view(np.uint8).reshape(-1, 8))
            room = len(known) + len(new) <= self._MOST
            at = place[~is_known] if room else np.zeros(len(new), dtype=np.int64)
            kept, named = (known, names) if room else (known[:0], names[:0])
            # One assignment: another thread sees the memory of before or of after.
            self._known = np.insert(kept, at, new), np.insert(named, at, found[~is_known])
        return found

    def _ask(self, cells: NDArray[np.uint8]) -> NDArray[np.int32]:
        bits = torch.from_numpy(as_bits(cells)).to(self._device)
        return predict_cells(self._phase1, bits).cpu().numpy().astype(np.int32)


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
