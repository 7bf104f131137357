"""Stored rasters as the baseline reads them."""

from pathlib import Path

import numpy as np
import torch

from rasm.inputs.rasters import plain_rasters, raster_examples
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.packing import pack
from rasm.store.records import Records, key_of, write_records
from rasm.training.disturbed import distorted_rasters
from tests.training.two_glyphs import BOLDER, CPU, ROSTER


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
