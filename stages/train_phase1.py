"""Rasters and primitives -> the network that names the primitive of a cell."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from pydantic import BaseModel, Field

from rasm.nets.cell_cnn import CellCNN
from rasm.primitives.assignment import as_bits
from rasm.primitives.clustering import fingerprint as centroid_sha1
from rasm.primitives.patterns import read_grids, read_patterns
from rasm.store.json_file import read_json
from rasm.store.manifest import read_splits
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from rasm.training.cell_losses import class_weights, embedding_loss, naming_loss
from rasm.training.phase1 import CellAugmentation, cell_task
from rasm.training.run import Run
from rasm.training.task import FitParams


class Contrastive(BaseModel, frozen=True, extra="forbid"):
    """The learned embedding of cells, of objective `contrastive`."""

    embedding: int = Field(ge=1)
    temperature: float = Field(gt=0)


class Params(FitParams, frozen=True, extra="forbid"):
    """The section train_phase1 of params.yaml."""

    cells_per_epoch: int = Field(ge=1)
    dropout: float = Field(ge=0, lt=1)
    empty_share: float = Field(ge=0, lt=1)
    class_weighting: float = Field(ge=0, le=1)
    class_weight_max: float = Field(ge=1)
    objective: Literal["cross_entropy", "contrastive"]
    contrastive: Contrastive
    augment: CellAugmentation


def main(
    params: Params,
    run: Run,
    *,
    rasters: Path,
    cells: Path,
    manifest: Path,
    label_map: Path,
    train_ids: Path,
    val_ids: Path,
    primitives: Path,
    checkpoint: Path,
) -> None:
    """Train on the training fonts' rasters; stop by the validation fonts' cells."""
    train, val = read_splits(manifest, label_map, train_ids, val_ids)
    centroids = np.load(primitives / "primitive_centroids.npy")
    of_pattern = np.load(primitives / "primitive_of_pattern.npy")
    with Records(cells) as store:
        patterns = read_patterns(store)
        val_use = np.bincount(
            read_grids(store, val.glyph_ids).ravel(), minlength=len(patterns.counts)
        )
    with Records(rasters) as store:
        pictures = store.stack(train.glyph_ids)
        policy = read_policy(store)
    used = val_use > 0
    side = int(centroids.shape[1] ** 0.5)
    learns_places = params.objective == "contrastive"
    architecture: dict[str, Any] = {
        "cell": side,
        "vocabulary": len(centroids) + 1,
        "dropout": params.dropout,
        "embedding": None,
    }
    if learns_places:
        architecture |= params.contrastive.model_dump()
    train_use = np.array(read_json(primitives / "primitives.json")["train_use"])
    weights = torch.from_numpy(
        class_weights(train_use, params.class_weighting, params.class_weight_max)
    ).to(run.fabric.device)
    loss = naming_loss(weights)
    if learns_places:
        loss = embedding_loss(weights, params.contrastive.temperature)
    model = CellCNN(**architecture)
    task = cell_task(
        pictures,
        centroids,
        (as_bits(patterns.cells[used]), of_pattern[used], val_use[used]),
        loss,
        grid=patterns.grid,
        batch_size=params.batch_size,
        cells_per_epoch=params.cells_per_epoch,
        empty_share=params.empty_share,
        augmentation=params.augment,
        device=run.fabric.device,
        views=2 if learns_places else 1,
    )
    run.fit(model, task)
    card = {
        "architecture": architecture,
        "centroid_sha1": centroid_sha1(centroids),
        "grid": patterns.grid,
        "raster": policy,
    }
    run.save({checkpoint: (model, card)})
