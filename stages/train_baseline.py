"""Rasters -> the one-stage classifier, on the same splits, to hold the hierarchy against."""

from pathlib import Path
from typing import Any

import torch
from pydantic import Field

from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.raster_cnn import RasterCNN
from rasm.store.json_file import read_json
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from rasm.training.glyph_task import glyph_task
from rasm.training.loop import FitParams
from rasm.training.raster_inputs import plain_rasters, raster_examples
from rasm.training.run import Run
from stages.progress import Track


class Params(FitParams, frozen=True, extra="forbid"):
    """The section train_baseline of params.yaml."""

    label_smoothing: float = Field(ge=0, lt=1)
    width: int = Field(ge=1)
    blocks: int = Field(ge=1)
    dropout: float = Field(ge=0, lt=1)


def main(
    params: Params,
    track: Track,
    *,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    checkpoint: Path,
    curves: Path,
    snapshot: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Train a residual CNN on pixels."""
    rosters = read_splits(manifest, label_map, train_ids, val_ids)
    shapes = ShapeClasses.of(read_json(homoglyphs))
    inputs = [rasters, manifest, label_map, homoglyphs, train_ids, val_ids]
    run = Run.start(params, seed, compute, inputs, curves, snapshot, track)
    with Records(rasters) as store:
        train, val = (
            raster_examples(store, roster, run.fabric.device, plain_rasters) for roster in rosters
        )
    architecture = {
        "classes": shapes.count,
        **params.model_dump(include={"width", "blocks", "dropout"}),
    }
    model = RasterCNN(**architecture).to(memory_format=torch.channels_last)
    task = glyph_task(
        train,
        val,
        shapes,
        batch_size=params.batch_size,
        label_smoothing=params.label_smoothing,
    )
    run.fit(model, task)
    run.save({checkpoint: (model, {"architecture": architecture})})
