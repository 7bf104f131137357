"""What every glyph classifier learns: the shape class of its input.

Phase 2 and the baseline differ in their inputs only, so they share the task: examples come with a
`prepare` that turns a stored batch into what the network reads, and disturbs it when it is given a
generator. They share what may be learnt beside the class, too: margins, flags of marks, size cues.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.augment.input_noise import disturb_cues
from rasm.inputs.examples import Examples
from rasm.labels.diacritics import FLAGS, flags_of_classes
from rasm.labels.homoglyphs import ShapeClasses
from rasm.losses.flags import Flagged, flag_loss
from rasm.losses.margins import Margin
from rasm.nets.glyph_net import GlyphNet
from rasm.reading.logits import predict
from rasm.training.task import (
    Batch,
    FitParams,
    Task,
    shuffled_batches,
    steps_per_epoch,
    worth_preparing,
)


class ClassifierParams(FitParams, frozen=True, extra="forbid"):
    """How phase 2 and the baseline are trained, what they read apart."""

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


def glyph_task(
    train: Examples,
    validation: Examples,
    shapes: ShapeClasses,
    label_names: Sequence[str],
    params: ClassifierParams,
) -> Task:
    """Task that learns from `train` and is chosen by `validation`; the model is `learner`'s."""
    inputs, batch_size = train.inputs, params.batch_size
    ahead = worth_preparing(inputs.device)
    cues = train.cues if params.size_cues else None
    classes = torch.from_numpy(shapes.class_of[train.labels]).to(inputs.device)
    flags = torch.from_numpy(flags_of_classes(label_names, shapes.class_of)).to(inputs.device)

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        drawn = shuffled_batches(len(inputs), batch_size, generator)
        while several := list(islice(drawn, ahead)):
            chosen = torch.cat(several).to(inputs.device)
            columns = [train.prepare(inputs[chosen], generator)]
            if cues is not None:
                columns.append(disturb_cues(cues[chosen], params.cue_noise, generator))
            columns.append(classes[chosen])
            yield from zip(*(torch.split(one, len(several[0])) for one in columns), strict=True)

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        *seen, targets = batch
        logits, marks = model(*seen) if params.aux_weight else (model(*seen), None)
        lowered = params.margin.lowered(logits, targets, progress)
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


def learner(network: GlyphNet, params: ClassifierParams) -> nn.Module:
    """What `glyph_task` fits: the network, or the network with a layer for flags beside it."""
    return Flagged(network, len(FLAGS)) if params.aux_weight else network
