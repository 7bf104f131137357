"""What phase 2 is trained and asked on: grids of primitives, on the device."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.augment.token_noise import replace_tokens
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import Prepare


def grid_examples(
    store: Records, roster: Roster, device: torch.device
) -> tuple[Tensor, NDArray[np.int64]]:
    """Primitive grids (N, G, G) int32 and label indices (N,)."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    return torch.from_numpy(numbers).reshape(-1, side, side).to(device), roster.labels


def noisy_grids(rate: float, vocabulary: int) -> Prepare:
    """Reader of grids: primitives as int64, in training a share `rate` of them replaced."""

    def prepare(grids: Tensor, generator: torch.Generator | None) -> Tensor:
        if generator is not None:
            grids = replace_tokens(grids, rate, vocabulary, generator)
        return grids.long()

    return prepare
