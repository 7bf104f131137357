"""What every glyph classifier learns: the shape class of its input.

Phase 2 and the baseline differ in their inputs only, so they share the task: examples come with a
`prepare` that turns a stored batch into what the network reads, and disturbs it when it is given a
generator. They share what may be learnt beside the class, too: margins, flags of marks, size cues.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.augment.cue_noise import disturb_cues
from rasm.labels.diacritics import FLAGS, flags_of_classes
from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.flagged import Flagged
from rasm.nets.glyph_net import GlyphNet
from rasm.training.margin import Margin, with_margin
from rasm.training.sampling import shuffled_batches, steps_per_epoch
from rasm.training.task import Batch, FitParams, Task

Prepare = Callable[[Tensor, torch.Generator | None], Tensor]


class GlyphParams(FitParams, frozen=True, extra="forbid"):
    """What the sections train_phase2 and train_baseline share."""

    dropout: float = Field(ge=0, lt=1)
    label_smoothing: float = Field(ge=0, lt=1)
    margin: Margin
    aux_weight: float = Field(ge=0)
    size_cues: bool
    cue_noise: float = Field(ge=0)

    @property
    def head(self) -> dict[str, Any]:
        """Arguments of the network that are about its head."""
        scale = self.margin.cosine_scale
        return {"dropout": self.dropout, "cosine_scale": scale, "size_cues": self.size_cues}


@dataclass(frozen=True)
class Examples:
    """N glyphs as a network is to read them."""

    inputs: Tensor  # (N, ...) as stored
    labels: NDArray[np.int64]  # (N,) label indices
    prepare: Prepare
    cues: Tensor | None = None  # (N, 4) size cues, for networks that read them


def glyph_task(
    train: Examples,
    validation: Examples,
    shapes: ShapeClasses,
    label_names: Sequence[str],
    params: GlyphParams,
) -> Task:
    """Task that learns from `train` and is chosen by `validation`; the model is `learner`'s."""
    inputs, batch_size = train.inputs, params.batch_size
    cues = train.cues if params.size_cues else None
    classes = torch.from_numpy(shapes.class_of[train.labels]).to(inputs.device)
    flags = torch.from_numpy(flags_of_classes(label_names, shapes.class_of)).to(inputs.device)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        for index in shuffled_batches(len(inputs), batch_size, generator):
            chosen = index.to(inputs.device)
            seen = train.prepare(inputs[chosen], generator)
            if cues is None:
                yield seen, classes[chosen]
            else:
                boxes = disturb_cues(cues[chosen], params.cue_noise, generator)
                yield seen, boxes, classes[chosen]

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        *seen, targets = batch
        logits, marks = model(*seen) if params.aux_weight else (model(*seen), None)
        lowered = with_margin(logits, targets, params.margin, progress)
        total = F.cross_entropy(lowered, targets, label_smoothing=params.label_smoothing)
        if marks is not None:
            total = total + params.aux_weight * flag_loss(marks, flags[targets])
        return total

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


def learner(network: GlyphNet, params: GlyphParams) -> nn.Module:
    """What `glyph_task` fits: the network, or the network with a layer for flags beside it."""
    return Flagged(network, len(FLAGS)) if params.aux_weight else network


def predict(model: nn.Module, examples: Examples, chunk: int = 512) -> Tensor:
    """Logits (N, classes) float32 on the CPU, inputs undisturbed."""
    columns = [examples.inputs] if examples.cues is None else [examples.inputs, examples.cues]
    parts = zip(*(torch.split(column, chunk) for column in columns), strict=True)
    logits = [model(examples.prepare(seen, None), *cues) for seen, *cues in parts]
    return torch.cat([part.float().cpu() for part in logits])


def flag_loss(marks: Tensor, flags: Tensor) -> Tensor:
    """Mean binary cross-entropy of flag logits (B, flags) where the flag is known, not NaN."""
    known = ~flags.isnan()
    every = F.binary_cross_entropy_with_logits(marks.float(), flags.nan_to_num(), reduction="none")
    return (every * known).sum() / known.sum().clamp_min(1)
