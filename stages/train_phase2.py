"""Grids of primitives -> the glyph classifier."""

from pathlib import Path
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, Field

from rasm.augment.distort import Distortion
from rasm.inputs.examples import grid_examples
from rasm.labels.homoglyphs import read_shape_file
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_transformer import Pooling, Position
from rasm.nets.kinds import build_grid_net
from rasm.nets.weights import load_network, read_card
from rasm.primitives.vocabulary import load_primitives
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from rasm.training.disturbed import distorted_examples, noisy_grids
from rasm.training.glyphs import ClassifierParams, glyph_task, learner
from rasm.training.run import Run


class Transformer(BaseModel, frozen=True, extra="forbid"):
    """Shape of the transformer."""

    kind: Literal["transformer"]
    patch: int = Field(ge=1)
    width: int = Field(ge=4)
    layers: int = Field(ge=1)
    heads: int = Field(ge=1)
    mlp: int = Field(ge=1)
    position: Position
    pooling: Pooling


class Cnn(BaseModel, frozen=True, extra="forbid"):
    """Shape of the residual CNN."""

    kind: Literal["cnn"]
    width: int = Field(ge=2, multiple_of=2)
    blocks: int = Field(ge=1)


class Params(ClassifierParams, frozen=True, extra="forbid"):
    """The section train_phase2 of params.yaml."""

    backbone: Annotated[Cnn | Transformer, Field(discriminator="kind")]
    embedding: int = Field(ge=1)
    embedding_start: Literal["centroids", "prototypes", "random"]
    token_noise: float = Field(ge=0, le=1)
    augment: Distortion


def main(
    params: Params,
    run: Run,
    *,
    grids: Path,
    rasters: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    primitives: Path,
    phase1: Path,
    checkpoint: Path,
) -> None:
    """Train on grids as phase 1 reads them, of distorted glyphs too."""
    rosters = read_splits(manifest, label_map, train_ids, val_ids)
    shape_file = read_shape_file(homoglyphs)
    shapes = shape_file.shapes
    phase1_card = read_card(phase1)
    vocabulary = phase1_card["architecture"]["vocabulary"]
    prepare = noisy_grids(params.token_noise, vocabulary)
    with Records(grids) as store:
        stored, val = (grid_examples(store, r, run.fabric.device, prepare) for r in rosters)
    reader = load_network(phase1, CellCNN)
    with Records(rasters) as store:
        packed = torch.from_numpy(store.stack(rosters[0].glyph_ids)).to(run.fabric.device)
    train = distorted_examples(stored, packed, reader, params.augment, run.fabric)
    architecture = {
        "classes": shapes.count,
        "vocabulary": vocabulary,
        "embedding": params.embedding,
        **params.head,
        **params.backbone.model_dump(),
    }
    if params.backbone.kind == "transformer":
        architecture["grid"] = stored.inputs.shape[1]
    model = build_grid_net(**architecture)
    if params.embedding_start == "centroids":
        model.start_from(torch.from_numpy(load_primitives(primitives).centroids))
    elif params.embedding_start == "prototypes":
        model.start_from(reader.prototypes[1:].detach().cpu())
    task = glyph_task(train, val, shapes, list(read_label_map(label_map, shape_file.files)), params)
    run.fit(learner(model, params), task)
    card = {"architecture": architecture, "centroid_sha1": phase1_card["centroid_sha1"]}
    run.save({checkpoint: (model, card)})
