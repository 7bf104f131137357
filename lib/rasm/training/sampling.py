"""Which glyphs an epoch sees, and in what order."""

from collections.abc import Iterator

import torch
from torch import Tensor


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
