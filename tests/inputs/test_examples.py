"""Stored grids as phase 2 reads them, stored rasters as the baseline does."""

from pathlib import Path

import numpy as np
import torch

from rasm.inputs.examples import grid_examples, plain_grids, plain_rasters, raster_examples
from rasm.raster.packing import pack
from rasm.store.records import Records, key_of, write_records
from tests.training.two_glyphs import CPU, ROSTER


def test_grids_come_in_the_order_of_the_roster(tmp_path: Path) -> None:
    """Numbers above 32,767 must not turn negative."""
    path = tmp_path / "grids.lmdb"
    grids = {4: np.array([0, 1, 2, 65535], "<u2"), 9: np.array([7, 6, 256, 4], "<u2")}
    write_records(path, ((key_of(n), grid.tobytes()) for n, grid in grids.items()))
    with Records(path) as store:
        examples = grid_examples(store, ROSTER, CPU, plain_grids)
    assert examples.inputs.tolist() == [[[7, 6], [256, 4]], [[0, 1], [2, 65535]]]
    assert plain_grids(examples.inputs).dtype == torch.int64
    assert examples.labels.tolist() == [1, 0]
    assert examples.cues is not None and examples.cues[:, 0].tolist() == [9, 4]


def test_rasters_are_pictures_again(tmp_path: Path) -> None:
    path = tmp_path / "rasters.lmdb"
    masks = np.random.default_rng(0).random((2, 16, 16)) < 0.5
    write_records(
        path, ((key_of(n), pack(mask).tobytes()) for n, mask in zip((4, 9), masks, strict=True))
    )
    with Records(path) as store:
        examples = raster_examples(store, ROSTER, CPU, plain_rasters(["ink"]))
    pictures = examples.prepare(examples.inputs, None)
    assert pictures.dtype == torch.float32
    np.testing.assert_array_equal(pictures[:, 0].numpy(), masks[::-1])
    assert examples.labels.tolist() == [1, 0]
    assert examples.cues is not None and examples.cues[:, 0].tolist() == [9, 4]
