"""Learning rate over a run: warm-up, then the shape that params name."""

import math
from collections.abc import Sequence
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

ScheduleName = Literal["cosine", "constant", "plateau"]

_CUT = 0.3  # what a plateau multiplies the rate with


class Schedule(LambdaLR):
    """To step once a batch: linear from 0 over the warm-up, then to 0 (cosine) or level.

    On a plateau it is level until the monitored score stands still, and then cut.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        name: ScheduleName,
        total_steps: int,
        warmup_share: float,
        patience: int,
    ) -> None:
        warmup = max(1, round(total_steps * warmup_share))
        self.name, self.patience, self.share = name, patience, 1.0

        def factor(step: int) -> float:
            if step < warmup:
                return self.share * (step + 1) / warmup
            if name != "cosine":
                return self.share
            progress = (step - warmup) / max(1, total_steps - warmup)
            return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))

        super().__init__(optimizer, factor)

    def start_epoch(self, scores: Sequence[float]) -> None:
        """Set the rate by the `scores` of the epochs so far; of use to a plateau alone."""
        if self.name == "plateau":
            self.share = _CUT ** standstills(scores, self.patience)
            groups = zip(self.optimizer.param_groups, self.base_lrs, self.lr_lambdas, strict=True)
            for group, peak, factor in groups:
                group["lr"] = peak * factor(self.last_epoch)


def standstills(scores: Sequence[float], patience: int) -> int:
    """How often a score that is to grow found no better one for `patience` epochs in a row."""
    best, waited, count = -math.inf, 0, 0
    for score in scores:
        waited = 0 if score > best else waited + 1
        best = max(best, score)
        if waited == patience:
            waited, count = 0, count + 1
    return count
