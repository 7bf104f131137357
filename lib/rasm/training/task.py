"""What a training run is told: how long and fast (from params), and what is learnt (a task).

Batches of glyphs are drawn here too: which an epoch sees, and in what order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn

from rasm.training.optimizer import OptimizerParams
from rasm.training.schedule import ScheduleParams

Batch = tuple[Tensor, ...]

Tracked = TypeVar("Tracked")


AfterEpoch = Callable[[nn.Module, int, dict[str, float]], None]


class Track(Protocol):
    """A progress bar around an iterable."""

    def __call__(
        self,
        iterable: Iterable[Tracked],
        total: int | None = None,
        desc: str = "",
        unit: str = "it",
    ) -> Iterator[Tracked]:
        """The same items."""
        ...


class FitParams(BaseModel, frozen=True, extra="forbid"):
    """What every training stage has in its section of params.yaml."""

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    optimizer: OptimizerParams
    lr: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    schedule: ScheduleParams
    warmup_share: float = Field(ge=0, lt=1)
    early_stop_patience: int = Field(ge=1)
    clip_norm: float = Field(gt=0)
    average: float = Field(ge=0, lt=1)


@dataclass(frozen=True)
class Task:
    """What is particular to one network.

    `batches(generator)` yields the epoch's `steps` batches; `loss(model, batch, progress)` is a
    scalar, where `progress` in [0, 1) is the share of all steps that are done;
    `validate(model)` returns metrics, of which `monitor` is to grow. `groups(model)` are parameter
    groups for the optimizer, where some learn at another rate; `start_epoch(model, epoch)` may
    freeze and unfreeze; each of `after_epoch` is called with (model, epoch, metrics) after the
    validation of an epoch, counted from 1, the model in evaluation mode; a step takes its batch in
    `accumulate` parts.
    """

    batches: Callable[[torch.Generator], Iterable[Batch]]
    steps: int
    loss: Callable[[nn.Module, Batch, float], Tensor]
    validate: Callable[[nn.Module], dict[str, float]]
    monitor: str
    groups: Callable[[nn.Module], list[dict[str, Any]]] | None = None
    start_epoch: Callable[[nn.Module, int], None] | None = None
    after_epoch: Sequence[AfterEpoch] = ()
    accumulate: int = 1

    def watched(self, looks: Sequence[AfterEpoch]) -> "Task":
        """The same task, looked at by these too after each epoch."""
        return replace(self, after_epoch=(*self.after_epoch, *looks))


def worth_preparing(device: torch.device) -> int:
    """How many batches to prepare at once.

    A GPU waits for each call, whatever its size; what a processor core has prepared is to be in its
    cache still when it is learnt from.
    """
    return 1 if device.type == "cpu" else 16


def shuffled_batches(count: int, batch_size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Index batches over all `count` items once, in random order; the odd rest is left out.

    With fewer items than a batch, one batch has them all.
    """
    order = torch.randperm(count, generator=generator)
    for start in range(0, steps_per_epoch(count, batch_size) * batch_size, batch_size):
        yield order[start : start + batch_size]


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Number of batches that `shuffled_batches` yields."""
    return max(1, count // batch_size)
