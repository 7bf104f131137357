"""What an embedder learns: pictures of one class near each other, those of others far.

A batch holds K pictures of each of P classes. Classes are drawn evenly, so that none is rare in
training; with K = 1, where no loss compares pictures, one may come twice.
The network and what its loss learns (a place for each class, say) are trained as one module; the
network alone is kept.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator
from torch import Tensor, nn

from rasm.augment.mixing import Mix
from rasm.nets.embedder import Backbone, Embedder, Head, Weights, last_blocks
from rasm.training.collapse import alarmed
from rasm.training.metric_losses import LossParams, MetricLoss
from rasm.training.task import Batch, FitParams, Task

Views = Callable[[Tensor, torch.Generator], Tensor]
"""Row numbers (B,) of training pictures to disturbed pictures (B, C, S, S)."""


class EmbedderParams(FitParams, frozen=True, extra="forbid"):
    """How an embedder is built (see Embedder) and trained (see Task, and loop.fit)."""

    backbone: Backbone
    weights: Weights
    width: int = Field(ge=1)
    layout: int = Field(ge=1)
    neck: bool
    head: Head
    dimension: int = Field(ge=2)
    dropout: float = Field(ge=0, lt=1)
    loss: LossParams
    per_class: int = Field(ge=1)
    """Pictures of a class in a batch; `batch_size / per_class` are its classes."""
    steps_per_epoch: int = Field(ge=1)
    """Batches an epoch, since pictures are drawn with replacement."""
    accumulate: int = Field(ge=0)
    """Batches a step of the optimizer; the stage puts a number in place of 0."""
    frozen_epochs: int = Field(ge=0)
    """Epochs at the start in which head and loss learn alone."""
    unfreeze_last: int = Field(ge=0)
    """Blocks of the backbone that learn afterwards, from the last; 0: all of it."""
    backbone_lr: float = Field(gt=0)
    """Learning rate of the backbone as a multiple of `lr`."""
    keep_every: int = Field(ge=0)

    @model_validator(mode="after")
    def _whole_numbers(self) -> "EmbedderParams":
        if self.batch_size % self.per_class:
            raise ValueError(f"batch_size {self.batch_size} is no multiple of per_class")
        if self.per_class < 2 and self.loss.needs_pairs:
            raise ValueError(f"loss {self.loss.kind} compares pictures of a class: per_class >= 2")
        if self.accumulate and self.steps_per_epoch % self.accumulate:
            raise ValueError(f"accumulate {self.accumulate} must divide steps_per_epoch")
        return self

    def architecture(self, channels: int) -> dict[str, Any]:
        """Arguments of the network."""
        named = self.model_dump(
            include={"backbone", "dimension", "head", "dropout", "width", "layout", "neck"}
        )
        return {**named, "channels": channels}


class Learner(nn.Module):
    """The network and its loss: pictures (B, C, S, S) and their classes to a scalar.

    Classes are (B,) int64, or shares (B, classes) float where the loss takes them.
    """

    def __init__(self, network: Embedder, loss: MetricLoss) -> None:
        super().__init__()
        self.network, self.loss = network, loss

    def forward(self, pictures: Tensor, classes: Tensor, progress: float) -> Tensor:
        """The loss when a share `progress` of all steps is done."""
        value: Tensor = self.loss(self.network(pictures), classes, progress)
        return value


def embedding_task(
    views: Views,
    classes: NDArray[np.int64],
    validate: Callable[[nn.Module], dict[str, float]],
    monitor: str,
    params: EmbedderParams,
    device: torch.device,
    mix: Mix | None = None,
) -> Task:
    """Task over N pictures of `classes` (N,), numbered from 0 without a gap, for a Learner.

    `validate` is asked about the network alone, and `monitor` is one of its metrics. Where it gives
    `val_spread`, a collapse of the embeddings is told. `mix` makes pictures between the classes of
    each batch. Raises ValueError when the loss takes no such pictures; drawing raises it when there
    are fewer classes than a batch is to hold.
    """
    if mix:
        params.loss.check_takes_shares()
    members = [np.flatnonzero(classes == c) for c in range(int(classes.max()) + 1)]
    ways = params.batch_size // params.per_class

    def batches(generator: torch.Generator) -> Iterator[Batch]:
        if params.per_class > 1 and ways > len(members):
            raise ValueError(
                f"batch_size {params.batch_size} at per_class {params.per_class} asks for {ways}"
                f" classes, there are {len(members)}: lower batch_size or raise per_class"
            )
        for _ in range(params.steps_per_epoch):
            if params.per_class == 1:
                chosen = torch.randint(len(members), (ways,), generator=generator)
            else:
                chosen = torch.randperm(len(members), generator=generator)[:ways]
            rows = torch.cat([_draw(members[c], params.per_class, generator) for c in chosen])
            labels = chosen.repeat_interleave(params.per_class).to(device)
            pictures = views(rows.to(device), generator)
            yield mix(pictures, labels, generator) if mix else (pictures, labels)

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        value: Tensor = model(*batch, progress)
        return value

    def start_epoch(model: nn.Module, epoch: int) -> None:
        assert isinstance(model, Learner)
        set_free(model.network, params, epoch)

    return Task(
        batches,
        params.steps_per_epoch,
        loss,
        lambda model: alarmed(validate(network_of(model))),
        monitor,
        groups=lambda model: _groups(model, params),
        start_epoch=start_epoch,
        accumulate=params.accumulate,
    )


def set_free(network: Embedder, params: EmbedderParams, epoch: int) -> None:
    """Freeze the backbone for the first epochs; then free all of it, or its last blocks only."""
    frozen = epoch < params.frozen_epochs
    whole = not frozen and params.unfreeze_last == 0
    free = [] if frozen else last_blocks(network, params.unfreeze_last)
    for part, learns in [(network.backbone, whole), *((block, True) for block in free)]:
        part.requires_grad_(learns)
        part.train(learns)  # the statistics of batch norm are weights too


def network_of(model: Any) -> nn.Module:
    """The network of a learner, which the loop may have wrapped."""
    network: nn.Module = getattr(model, "module", model).network
    return network


def _draw(members: NDArray[np.int64], count: int, generator: torch.Generator) -> Tensor:
    """`count` pictures of a class; each once before any twice."""
    rounds = -(-count // len(members))
    order = [torch.randperm(len(members), generator=generator) for _ in range(rounds)]
    return torch.from_numpy(members)[torch.cat(order)[:count]]


def _groups(model: nn.Module, params: EmbedderParams) -> list[dict[str, Any]]:
    """The backbone at its own rate; what the loss learns is not decayed.

    The head comes first: its rate is the one that the curve shows.
    """
    assert isinstance(model, Learner)
    backbone = list(model.network.backbone.parameters())
    groups: list[dict[str, Any]] = [
        {"params": list(model.network.head.parameters())},
        {"params": backbone, "lr": params.lr * params.backbone_lr},
    ]
    places = list(model.loss.parameters())
    return [*groups, {"params": places, "weight_decay": 0.0}] if places else groups
