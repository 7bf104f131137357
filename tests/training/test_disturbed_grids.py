"""Stored grids as phase 2 reads them."""

from pathlib import Path

import numpy as np
import torch

from rasm.inputs.examples import Examples
from rasm.inputs.grids import grid_examples
from rasm.nets.cell_cnn import CellCNN
from rasm.raster.packing import pack
from rasm.reading.cells import predict_grids
from rasm.store.records import Records, key_of, write_records
from rasm.training.disturbed import distorted_examples, noisy_grids
from tests.training.toy import fabric
from tests.training.two_glyphs import BOLDER, CPU, ROSTER


def test_grids_come_in_the_order_of_the_roster(tmp_path: Path) -> None:
    """Numbers above 32,767 must not turn negative."""
    path = tmp_path / "grids.lmdb"
    grids = {4: np.array([0, 1, 2, 65535], "<u2"), 9: np.array([7, 6, 256, 4], "<u2")}
    write_records(path, ((key_of(n), grid.tobytes()) for n, grid in grids.items()))
    with Records(path) as store:
        examples = grid_examples(store, ROSTER, CPU, noisy_grids(0.0, 9))
    assert examples.inputs.tolist() == [[[7, 6], [256, 4]], [[0, 1], [2, 65535]]]
    assert examples.labels.tolist() == [1, 0]
    assert examples.cues is not None and examples.cues[:, 0].tolist() == [9, 4]


def test_grids_are_disturbed_in_training_alone() -> None:
    grids = torch.full((50, 4, 4), 3, dtype=torch.int32)
    prepare = noisy_grids(0.5, 10)
    assert torch.equal(prepare(grids, None), grids.long())
    noisy = prepare(grids, torch.Generator().manual_seed(0))
    assert noisy.dtype == torch.int64
    assert 0.3 < float((noisy != grids).float().mean()) < 0.6


def columns(*where: int) -> np.ndarray:
    """A 128x128 picture whose cells are full in these columns of cells, and empty elsewhere."""
    mask = np.zeros((128, 128), dtype=bool)
    for column in where:
        mask[:, 8 * column : 8 * column + 8] = True
    return mask


class FullCells(CellCNN):
    """Stands for a trained phase 1: primitive 7 for a full cell, 3 for any other."""

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        full = cells.flatten(1).all(dim=1)
        return torch.nn.functional.one_hot(torch.where(full, 7, 3), 9).float()


def test_phase_1_reads_inked_cells_and_nobody_asks_about_empty_ones() -> None:
    masks = torch.from_numpy(np.stack([columns(0, 5), columns(2)])).float()
    grids = predict_grids(FullCells(), masks, 16)
    assert grids.shape == (2, 16, 16)
    assert grids[0].unique(dim=0).tolist() == [[7, 0, 0, 0, 0, 7] + [0] * 10]
    assert grids[1].unique(dim=0).tolist() == [[0, 0, 7] + [0] * 13]


def test_distorted_glyphs_are_read_anew_and_the_others_keep_their_grid() -> None:
    count = 200
    packed = torch.from_numpy(pack(np.stack([columns(0, 1, 2)] * count)))
    stored = Examples(torch.full((count, 16, 16), 5), np.zeros(count, int), noisy_grids(0.0, 9))
    examples = distorted_examples(stored, packed, FullCells(), BOLDER, fabric())
    assert torch.equal(examples.prepare(examples.inputs, None), stored.inputs)
    seen = examples.prepare(examples.inputs, torch.Generator().manual_seed(0))
    kept = (seen == 5).all(dim=(1, 2))
    assert 80 < int(kept.sum()) < 120
    assert set(seen[~kept].unique().tolist()) <= {0, 3, 7}
    assert torch.equal(seen, examples.prepare(examples.inputs, torch.Generator().manual_seed(0)))
