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
from rasm.training.curves import write_curves
from rasm.training.device import Compute, describe, make_fabric
from rasm.training.glyph_task import glyph_task
from rasm.training.loop import FitParams, fit
from rasm.training.raster_inputs import plain_rasters, raster_examples
from rasm.training.snapshot import fingerprint
from rasm.training.weights import save_weights
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
    fabric = make_fabric(Compute.model_validate(compute))
    with Records(rasters) as store:
        train, val = (raster_examples(store, roster, fabric.device) for roster in rosters)
    architecture = {
        "classes": shapes.count,
        **params.model_dump(include={"width", "blocks", "dropout"}),
    }
    torch.manual_seed(seed)
    model = RasterCNN(**architecture).to(memory_format=torch.channels_last)
    task = glyph_task(
        train,
        val,
        shapes,
        plain_rasters,
        batch_size=params.batch_size,
        label_smoothing=params.label_smoothing,
    )
    settings = {"params": params.model_dump(), "seed": seed, "computed_on": describe(fabric)}
    history = fit(
        model,
        task,
        params,
        fabric=fabric,
        seed=seed,
        snapshot=snapshot,
        fingerprint=fingerprint(
            settings, [rasters, manifest, label_map, homoglyphs, train_ids, val_ids]
        ),
        track=track,
    )
    write_curves(curves, history)
    save_weights(
        checkpoint,
        model,
        {
            "architecture": architecture,
            "params": params.model_dump(),
            "computed_on": describe(fabric),
        },
    )
    snapshot.unlink(missing_ok=True)
