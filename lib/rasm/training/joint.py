"""What joint fine-tuning learns: the glyph, and still the primitives of its cells."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.labels.homoglyphs import ShapeClasses
from rasm.reading.logits import predict_joint
from rasm.training.task import Batch, Task, shuffled_batches, steps_per_epoch


def joint_task(
    train: tuple[Tensor, NDArray[np.int64]],
    validation: tuple[Tensor, NDArray[np.int64]],
    primitives: Tensor,
    shapes: ShapeClasses,
    *,
    batch_size: int,
    cell_loss_weight: float,
) -> Task:
    """Task over (pattern grids (N, G * G), label indices (N,)); `primitives` (P,) of all patterns.

    Loss: cross-entropy of the glyph plus `cell_loss_weight` times that of its distinct cells.
    """
    grids, labels = train
    classes = torch.from_numpy(shapes.class_of[labels]).to(grids.device)
    val_grids, val_labels = validation
    truth = shapes.class_of[val_labels]

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for index in shuffled_batches(len(grids), batch_size, generator):
            chosen = index.to(grids.device)
            yield grids[chosen], classes[chosen]

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        seen, targets = batch
        logits, cell_logits, patterns = model(seen)
        glyph = F.cross_entropy(logits, targets)
        return glyph + cell_loss_weight * F.cross_entropy(cell_logits, primitives[patterns])

    def validate(model: nn.Module) -> dict[str, float]:
        logits = predict_joint(model, val_grids)
        return {"val_shape_top1": float(np.mean(logits.numpy().argmax(axis=1) == truth))}

    steps = steps_per_epoch(len(grids), batch_size)
    return Task(batches, steps, loss, validate, "val_shape_top1", tunes=True)


def unfreeze(phase1: nn.Module, scope: str) -> None:
    """Let the whole of phase 1 learn (`all`), or only its last layer (`final`)."""
    for parameter in phase1.parameters():
        parameter.requires_grad_(scope == "all")
    if scope == "final":
        final = [module for module in phase1.modules() if isinstance(module, nn.Linear)][-1]
        for parameter in final.parameters():
            parameter.requires_grad_(True)
