"""Learning rate over a run: warm-up, then the shape that params name."""

import math
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

ScheduleName = Literal["cosine", "constant"]


def make_schedule(
    optimizer: Optimizer, name: ScheduleName, total_steps: int, warmup_share: float
) -> LambdaLR:
    """Scheduler to step once a batch: linear from 0 over the warm-up, then to 0 or level."""
    warmup = max(1, round(total_steps * warmup_share))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        if name == "constant":
            return 1.0
        progress = (step - warmup) / max(1, total_steps - warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))

    return LambdaLR(optimizer, factor)
