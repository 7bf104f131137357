"""Glyphs disturbed in training, and in training alone."""

import numpy as np
import torch

from rasm.inputs.examples import Examples, plain_rasters
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.packing import pack
from rasm.training.disturbed import distorted_examples, distorted_rasters, noisy_grids
from tests.reading.full_cells import FullCells, columns
from tests.training.toy import fabric
from tests.training.two_glyphs import BOLDER


def test_grids_are_disturbed_in_training_alone() -> None:
    grids = torch.full((50, 4, 4), 3, dtype=torch.int32)
    prepare = noisy_grids(0.5, 10)
    assert torch.equal(prepare(grids, None), grids.long())
    noisy = prepare(grids, torch.Generator().manual_seed(0))
    assert noisy.dtype == torch.int64
    assert 0.3 < float((noisy != grids).float().mean()) < 0.6


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


def test_rasters_are_distorted_in_training_alone_and_only_a_share() -> None:
    mask = np.zeros((128, 128), dtype=bool)
    mask[:, :30] = mask[:20, :90] = True
    packed = torch.from_numpy(pack(np.stack([mask] * 200)))
    prepare = distorted_rasters(BOLDER, ["ink"])
    assert torch.equal(prepare(packed, None), plain_rasters(["ink"])(packed, None))
    seen = prepare(packed, torch.Generator().manual_seed(0))
    assert seen.is_contiguous(memory_format=torch.channels_last)
    changed = [not np.array_equal(picture[0].numpy() > 0, mask) for picture in seen]
    assert 80 < sum(changed) < 120


def test_channels_are_those_of_the_picture_as_distorted() -> None:
    mask = np.zeros((128, 128), dtype=bool)
    mask[:, :30] = mask[:20, :90] = True
    packed = torch.from_numpy(pack(np.stack([mask] * 20)))
    names: list[Channel] = ["ink", "skeleton", "distance"]
    seen = distorted_rasters(BOLDER, names)(packed, torch.Generator().manual_seed(0))
    alone = distorted_rasters(BOLDER, ["ink"])(packed, torch.Generator().manual_seed(0))
    assert torch.equal(seen[:, :1], alone)
    assert torch.equal(seen, stack_channels(seen[:, 0], names))
    assert not torch.equal(seen, plain_rasters(names)(packed, None))
