"""Randomness that is asked for by name: one seed for each picture of each epoch, and for no other.

Libraries that draw from torch's global generator repeat themselves in workers that start with
equal states, and disturb whoever draws next. Both end when each draw has a seed of its own, made
from what is drawn for, and the global state is put back afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor


def item_seed(seed: int, epoch: int, item: int) -> int:
    """The seed of one picture in one epoch, below 2**64: the same in any worker, batch and order.

    All three are at least 0.
    """
    state = np.random.SeedSequence((seed, epoch, item)).generate_state(1, np.uint64)
    return int(state[0])


def fresh_seeds(count: int, generator: torch.Generator) -> Tensor:
    """Seeds (count,) int64, of so many that hardly any comes twice."""
    return torch.randint(2**62, (count,), generator=generator)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch's global CPU generator for a block, and put its state back afterwards.

    `torch.manual_seed` would seed the accelerators too, which nobody would put back.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
