"""Phase 1 asked about the cells of some glyphs."""

from pathlib import Path

import numpy as np
import torch

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.weights import save_weights
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import Patterns, write_cells
from rasm.reading.cells import predict_cells, read_cells
from rasm.store.manifest import Roster
from tests.training.toy import fabric

ARCHITECTURE = {"cell": 4, "vocabulary": 6}


def test_only_the_cells_of_these_glyphs_as_often_as_they_occur(tmp_path: Path) -> None:
    """Patterns 0 to 3; the glyphs asked about hold 0 five times, 2 twice, 3 once, and never 1."""
    cells = np.array([[0, 0], [1, 0], [255, 0], [255, 255]], dtype=np.uint8)
    grids = {1: [0, 0, 0, 2], 2: [1, 1, 1, 1], 3: [0, 3, 0, 2]}
    patterns = Patterns(cells, np.array([5, 4, 2, 1]), 2)
    stored = ((n, np.array(grid, dtype=np.uint32)) for n, grid in grids.items())
    write_cells(tmp_path / "cells.lmdb", patterns, stored)
    torch.manual_seed(0)
    network = CellCNN(**ARCHITECTURE).eval()
    save_weights(tmp_path / "phase1", network, {"architecture": ARCHITECTURE})
    asked = Roster(
        glyph_ids=np.array([1, 3]),
        labels=np.array([0, 0]),
        fonts=np.array(["f", "g"]),
        families=np.array(["f", "g"]),
        char_classes=np.array(["isol", "isol"]),
        is_diacritic=np.array([False, False]),
        cues=np.zeros((2, 4), dtype=np.float32),
    )
    of_pattern = np.array([0, 5, 3, 1], dtype=np.uint16)
    read = read_cells(tmp_path / "phase1", tmp_path / "cells.lmdb", asked, of_pattern, fabric())
    assert read.occurrences.tolist() == [5, 2, 1]
    assert read.truth.tolist() == [0, 3, 1]
    np.testing.assert_array_equal(read.bits, as_bits(cells[[0, 2, 3]]))
    with torch.inference_mode():
        expected = predict_cells(network, torch.from_numpy(as_bits(cells[[0, 2, 3]])))
    assert read.predicted.tolist() == expected.tolist()
