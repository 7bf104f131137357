"""Phase 1 asked about every cell of a split: each distinct pattern once, counted as it occurs."""

from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from rasm.nets.cell_cnn import CellCNN
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_grids, read_patterns
from rasm.report.cells import ReadCells
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.cell_reading import predict_cells
from rasm.training.weights import load_network


def read_cells(
    phase1: Path, cells: Path, roster: Roster, of_pattern: NDArray[np.uint16], fabric: Fabric
) -> ReadCells:
    """The cells of these glyphs as the network in folder `phase1` reads them.

    `of_pattern` (P,) is the true primitive of each pattern in the file `cells`.
    """
    with Records(cells) as store:
        patterns = read_patterns(store)
        use = np.bincount(read_grids(store, roster.glyph_ids).ravel(), minlength=len(of_pattern))
    seen = use > 0
    bits = as_bits(patterns.cells[seen])
    network = load_network(phase1, CellCNN).to(fabric.device)
    with torch.inference_mode(), fabric.autocast():
        predicted = predict_cells(network, torch.from_numpy(bits).to(fabric.device)).cpu().numpy()
    return ReadCells(bits, predicted, of_pattern[seen].astype(np.int64), use[seen])
