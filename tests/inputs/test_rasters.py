"""Stored rasters as the baseline reads them."""

from pathlib import Path

import numpy as np
import torch

from rasm.inputs.rasters import plain_rasters, raster_examples
from rasm.raster.packing import pack
from rasm.store.records import Records, key_of, write_records
from tests.training.two_glyphs import CPU, ROSTER


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
