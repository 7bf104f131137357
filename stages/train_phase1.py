"""Rasters and primitives -> the network that names the primitive of a cell."""

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import BaseModel, Field

from rasm.losses.cells import class_weights, embedding_loss, naming_loss
from rasm.nets.cell_cnn import CellCNN
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_pattern_grids, read_patterns
from rasm.primitives.vocabulary import centroid_sha1, load_primitives
from rasm.store.manifest import read_splits
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from rasm.training.phase1 import CellAugmentation, cell_task
from rasm.training.run import Run
from rasm.training.task import FitParams


class Naming(BaseModel, frozen=True, extra="forbid"):
    """The primitive alone."""

    kind: Literal["cross_entropy"]


class Placing(BaseModel, frozen=True, extra="forbid"):
    """The primitive, and a learned embedding of cells."""

    kind: Literal["contrastive"]
    embedding: int = Field(ge=1)
    temperature: float = Field(gt=0)


class Params(FitParams, frozen=True, extra="forbid"):
    """The section train_phase1 of params.yaml."""

    cells_per_epoch: int = Field(ge=1)
    dropout: float = Field(ge=0, lt=1)
    empty_share: float = Field(ge=0, lt=1)
    class_weighting: float = Field(ge=0, le=1)
    class_weight_max: float = Field(ge=1)
    objective: Annotated[Naming | Placing, Field(discriminator="kind")]
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
    known = load_primitives(primitives)
    centroids, of_pattern = known.centroids, known.of_pattern
    with Records(cells) as store:
        patterns = read_patterns(store)
        val_use = np.bincount(
            read_pattern_grids(store, val.glyph_ids).ravel(), minlength=len(patterns.counts)
        )
    with Records(rasters) as store:
        pictures = store.stack(train.glyph_ids)
        policy = read_policy(store)
    used = val_use > 0
    side = int(centroids.shape[1] ** 0.5)
    places = params.objective if isinstance(params.objective, Placing) else None
    architecture: dict[str, Any] = {
        "cell": side,
        "vocabulary": len(centroids) + 1,
        "dropout": params.dropout,
        "embedding": None,
    }
    if places:
        architecture |= places.model_dump(exclude={"kind"})
    weights = torch.from_numpy(
        class_weights(known.train_use, params.class_weighting, params.class_weight_max)
    ).to(run.fabric.device)
    loss = embedding_loss(weights, places.temperature) if places else naming_loss(weights)
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
        views=2 if places else 1,
    )
    run.fit(model, task)
    card = {
        "architecture": architecture,
        "centroid_sha1": centroid_sha1(centroids),
        "grid": patterns.grid,
        "raster": policy,
    }
    run.save({checkpoint: (model, card)})
