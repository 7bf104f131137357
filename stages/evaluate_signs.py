"""Printed signs of the test packages -> how well they are read."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel

from rasm.corpora.printed import PrintedGlyphs
from rasm.labels.signs import SCRIPTS, script_of
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.signs import sign_scores
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network, weights_sha256
from rasm.reading.features import see
from rasm.reading.signs import SignReader
from rasm.store.json_file import write_json


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate_signs of params.yaml."""

    intervals: IntervalParams


def main(
    params: Params,
    *,
    seed: int,
    compute: dict[str, Any],
    signs: Path,
    baseline: Path,
    checkpoint: Path,
    metrics: Path,
) -> None:
    """Ask which sign each is, script by script, and whether Arabic glyphs are taken for any."""
    glyphs = PrintedGlyphs.read(signs)
    reader = SignReader.load(checkpoint, weights_sha256(baseline))
    number = {text: n for n, text in enumerate(reader.network.texts)}
    known = np.array([text in number for text in glyphs.texts.tolist()])
    test = glyphs.rows(known & (glyphs.splits == "test"))
    network = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
    seen = see(network, test.rasters, test.cues, make_fabric(Compute.model_validate(compute)))
    p = reader.read(seen.features, test.cues)
    labels = np.array([number[text] for text in test.texts.tolist()])
    right = sign_scores(p, labels, reader.network.texts)
    found: dict[str, float | int] = {
        "signs": len(number) - 1,
        "packages": len(np.unique(test.packages)),
        "glyphs": len(labels),
    }
    scripts = np.array([script_of(text) for text in test.texts.tolist()])
    groups = {"ascii": np.array([text.isascii() and text != "" for text in test.texts.tolist()])}
    groups |= {script: scripts == script for script in SCRIPTS}
    groups["common"] = (scripts == "") & (labels > 0)
    for name, rows in groups.items():
        if not rows.any():
            continue
        packages = test.packages[rows]
        found |= with_interval(
            f"{name}_top1", right["read"][rows], packages, params.intervals, seed
        )
        found[f"{name}_folded"] = float(right["folded"][rows].mean())
    for name, rows in (("signs_told", labels > 0), ("arabic_told", labels == 0)):
        if rows.any():
            told = right["none"][rows]
            found |= with_interval(name, told, test.packages[rows], params.intervals, seed)
    write_json(metrics, found)
    for name, value in found.items():
        print(f"  {name} {value:.4g}")
