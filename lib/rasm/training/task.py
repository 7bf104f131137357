"""What a training run is told: how long and fast (from params), and what is learnt (a task)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn

from rasm.training.schedule import ScheduleName

Batch = tuple[Tensor, ...]
Item = TypeVar("Item")


class Track(Protocol):
    """A progress bar around an iterable."""

    def __call__(
        self, iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[Item]:
        """The same items."""
        ...


class FitParams(BaseModel, frozen=True, extra="forbid"):
    """What every training stage has in its section of params.yaml."""

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    lr: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    schedule: ScheduleName
    warmup_share: float = Field(ge=0, lt=1)
    plateau_patience: int = Field(ge=1)
    plateau_factor: float = Field(gt=0, lt=1)
    early_stop_patience: int = Field(ge=1)
    clip_norm: float = Field(gt=0)


@dataclass(frozen=True)
class Task:
    """What is particular to one network.

    `batches(generator)` yields the epoch's `steps` batches; `loss(model, batch, progress)` is a
    scalar, where `progress` in [0, 1) is the share of all steps that are done;
    `validate(model)` returns metrics, of which `monitor` is to grow. Where the network comes in
    trained, `tunes` has it validated before the first epoch, so that tuning cannot end below it.
    `groups(model)` are parameter groups for the optimizer, where some learn at another rate;
    `start_epoch(model, epoch)` may freeze and unfreeze; `accumulate` batches make one step.
    """

    batches: Callable[[torch.Generator], Iterable[Batch]]
    steps: int
    loss: Callable[[nn.Module, Batch, float], Tensor]
    validate: Callable[[nn.Module], dict[str, float]]
    monitor: str
    tunes: bool = False
    groups: Callable[[nn.Module], list[dict[str, Any]]] | None = None
    start_epoch: Callable[[nn.Module, int], None] | None = None
    accumulate: int = 1
