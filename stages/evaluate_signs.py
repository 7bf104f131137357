"""Printed signs of the test packages -> how well they are read."""

from functools import partial
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel

from rasm.corpora.printed import read_printed
from rasm.metrics.intervals import IntervalParams
from rasm.metrics.signs import score_signs
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network, weights_sha256
from rasm.reading.features import see
from rasm.reading.signs import SignReader
from rasm.store.json_file import write_json
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_signs of params.yaml."""

    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    signs: Path,
    baseline: Path,
    reader: Path,
    metrics: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Which sign each glyph is, script by script, and whether it is one at all."""
    judge = SignReader.load(reader, weights_sha256(baseline))
    glyphs = read_printed(signs)
    test = glyphs.rows(glyphs.splits == "test")
    network = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    fabric = make_fabric(Compute.model_validate(compute))
    progress = partial(track, desc="features", unit="batch")
    seen = see(network, test.rasters, test.cues, fabric, progress)
    read = judge.read(seen.features, test.cues)
    found = score_signs(
        read, judge.network.texts, test.texts, test.packages, params.intervals, seed
    )
    write_json(metrics, found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")
