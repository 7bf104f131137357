"""Rasters -> the one-stage classifier, on the same splits, to hold the hierarchy against."""

from pathlib import Path

import torch
from pydantic import Field, field_validator

from rasm.augment.distort import Distortion
from rasm.inputs.examples import raster_examples
from rasm.labels.homoglyphs import read_shape_file
from rasm.nets.raster_cnn import RasterCNN
from rasm.raster.channels import Channel
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from rasm.training.disturbed import distorted_rasters
from rasm.training.glyphs import ClassifierParams, glyph_task, learner
from rasm.training.run import Run


class Params(ClassifierParams, frozen=True, extra="forbid"):
    """The section train_baseline of params.yaml."""

    channels: list[Channel]
    width: int = Field(ge=1)
    blocks: int = Field(ge=1)
    augment: Distortion

    @field_validator("channels")
    @classmethod
    def _ink_and_more(cls, names: list[Channel]) -> list[Channel]:
        if names[:1] != ["ink"] or len(set(names)) < len(names):
            raise ValueError(f"write ink first, and no channel twice, not {names}")
        return names


def main(
    params: Params,
    run: Run,
    *,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    checkpoint: Path,
) -> None:
    """Train a residual CNN on pixels."""
    rosters = read_splits(manifest, label_map, train_ids, val_ids)
    shape_file = read_shape_file(homoglyphs)
    shapes = shape_file.shapes
    with Records(rasters) as store:
        prepare = distorted_rasters(params.augment, params.channels)
        train, val = (raster_examples(store, r, run.fabric.device, prepare) for r in rosters)
    architecture = {
        "classes": shapes.count,
        **params.model_dump(include={"channels", "width", "blocks"}),
        **params.head,
    }
    model = RasterCNN(**architecture).to(memory_format=torch.channels_last)
    task = glyph_task(train, val, shapes, list(read_label_map(label_map, shape_file.files)), params)
    run.fit(learner(model, params), task)
    run.save({checkpoint: (model, {"architecture": architecture})})
