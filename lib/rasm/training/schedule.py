"""Learning rate over a run: warm-up, then the shape that params name."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


class PlainSchedule(BaseModel, frozen=True, extra="forbid"):
    """A shape that has no numbers of its own."""

    kind: Literal["cosine", "constant"]


class PlateauSchedule(BaseModel, frozen=True, extra="forbid"):
    """Level until the monitored score stands still, then cut."""

    kind: Literal["plateau"]
    patience: int = Field(ge=1)
    """Epochs without a better score until the rate is cut."""
    factor: float = Field(gt=0, lt=1)
    """What the rate is multiplied with."""


class WarmRestarts(BaseModel, frozen=True, extra="forbid"):
    """The cosine falls anew and anew (Loshchilov and Hutter 2017)."""

    kind: Literal["warm_restarts"]
    first_cycle: float = Field(gt=0)
    """Epochs until the first restart (their T_0); each next cycle takes twice as long."""


ScheduleParams = Annotated[
    PlainSchedule | PlateauSchedule | WarmRestarts, Field(discriminator="kind")
]


class Schedule(LambdaLR):
    """To step once a batch: linear from 0 over the warm-up, then to 0 (cosine) or level.

    On a plateau it is level until the monitored score stands still for `patience` epochs, and then
    multiplied by `factor`. With warm restarts the cosine falls anew after `first_cycle` epochs, and
    after 2, 4, ... times as many more.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        params: PlainSchedule | PlateauSchedule | WarmRestarts,
        total_steps: int,
        epoch_steps: int,
        warmup_share: float,
    ) -> None:
        warmup = max(1, round(total_steps * warmup_share))
        # All of these go into the snapshot of a run, which holds nothing but plain values.
        self.cut = (params.patience, params.factor) if isinstance(params, PlateauSchedule) else None
        self.share = 1.0

        def shape(step: int) -> float:
            if step < warmup:
                return self.share * (step + 1) / warmup
            if params.kind in ("constant", "plateau"):
                return self.share
            progress = (step - warmup) / max(1, total_steps - warmup)
            if isinstance(params, WarmRestarts):
                progress = in_cycle((step - warmup) / (params.first_cycle * epoch_steps))
            return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))

        super().__init__(optimizer, shape)

    @property
    def factor(self) -> float:
        """What the peak rate is multiplied with at present."""
        return float(self.lr_lambdas[0](self.last_epoch))

    def start_epoch(self, scores: Sequence[float]) -> None:
        """Set the rate by the `scores` of the epochs so far; of use to a plateau alone."""
        if self.cut:
            patience, kept = self.cut
            self.share = kept ** standstills(scores, patience)
            groups = zip(self.optimizer.param_groups, self.base_lrs, self.lr_lambdas, strict=True)
            for group, peak, factor in groups:
                group["lr"] = peak * factor(self.last_epoch)


def in_cycle(cycles: float) -> float:
    """Share of its cycle that is done after `cycles` first cycles; each is twice the last one."""
    length = 1.0
    while cycles >= length:
        cycles, length = cycles - length, 2 * length
    return cycles / length


def standstills(scores: Sequence[float], patience: int) -> int:
    """How often a score that is to grow found no better one for `patience` epochs in a row."""
    best, waited, count = -math.inf, 0, 0
    for score in scores:
        waited = 0 if score > best else waited + 1
        best = max(best, score)
        if waited == patience:
            waited, count = 0, count + 1
    return count
