"""Stored grids as phase 2 reads them."""

from pathlib import Path

import numpy as np
import torch

from rasm.store.records import Records, key_of, write_records
from rasm.training.grid_inputs import grid_examples, noisy_grids
from tests.training.two_glyphs import CPU, ROSTER


def test_grids_come_in_the_order_of_the_roster(tmp_path: Path) -> None:
    """Numbers above 32,767 must not turn negative."""
    path = tmp_path / "grids.lmdb"
    grids = {4: np.array([0, 1, 2, 65535], "<u2"), 9: np.array([7, 6, 256, 4], "<u2")}
    write_records(path, ((key_of(n), grid.tobytes()) for n, grid in grids.items()))
    with Records(path) as store:
        examples = grid_examples(store, ROSTER, CPU, noisy_grids(0.0, 9))
    assert examples.inputs.tolist() == [[[7, 6], [256, 4]], [[0, 1], [2, 65535]]]
    assert examples.labels.tolist() == [1, 0]


def test_grids_are_disturbed_in_training_alone() -> None:
    grids = torch.full((50, 4, 4), 3, dtype=torch.int32)
    prepare = noisy_grids(0.5, 10)
    assert torch.equal(prepare(grids, None), grids.long())
    noisy = prepare(grids, torch.Generator().manual_seed(0))
    assert noisy.dtype == torch.int64
    assert 0.3 < float((noisy != grids).float().mean()) < 0.6
