"""What every glyph classifier learns: the shape class of its input.

Phase 2 and the baseline differ in their inputs only, so they share the task: examples come with a
`prepare` that turns a stored batch into what the network reads, and disturbs it when it is given a
generator.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.labels.homoglyphs import ShapeClasses
from rasm.training.loop import Batch, Task
from rasm.training.sampling import shuffled_batches, steps_per_epoch

Prepare = Callable[[Tensor, torch.Generator | None], Tensor]


@dataclass(frozen=True)
class Examples:
    """N glyphs as a network is to read them."""

    inputs: Tensor  # (N, ...) as stored
    labels: NDArray[np.int64]  # (N,) label indices
    prepare: Prepare


def glyph_task(
    train: Examples,
    validation: Examples,
    shapes: ShapeClasses,
    *,
    batch_size: int,
    label_smoothing: float,
) -> Task:
    """Task that learns from `train` and is chosen by `validation`."""
    inputs = train.inputs
    classes = torch.from_numpy(shapes.class_of[train.labels]).to(inputs.device)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for index in shuffled_batches(len(inputs), batch_size, generator):
            chosen = index.to(inputs.device)
            yield train.prepare(inputs[chosen], generator), classes[chosen]

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        seen, targets = batch
        return F.cross_entropy(model(seen), targets, label_smoothing=label_smoothing)

    def validate(model: nn.Module) -> dict[str, float]:
        logits = predict(model, validation)
        truth = shapes.class_of[validation.labels]
        strict = shapes.label_scores(torch.softmax(logits, dim=1).double().numpy())
        return {
            "val_loss": float(F.cross_entropy(logits, torch.from_numpy(truth))),
            "val_shape_top1": float(np.mean(logits.numpy().argmax(axis=1) == truth)),
            "val_strict_top1": float(np.mean(strict.argmax(axis=1) == validation.labels)),
        }

    return Task(batches, steps_per_epoch(len(inputs), batch_size), loss, validate, "val_shape_top1")


def predict(model: nn.Module, examples: Examples, chunk: int = 512) -> Tensor:
    """Logits (N, classes) float32 on the CPU, inputs undisturbed."""
    batches = torch.split(examples.inputs, chunk)
    return torch.cat([model(examples.prepare(part, None)).float().cpu() for part in batches])
