"""What phase 2 is trained and asked on: grids of primitives, on the device."""

import numpy as np
import torch
from torch import Tensor

from rasm.augment.token_noise import replace_tokens
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import Examples, Prepare


def grid_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Primitive grids (N, G, G) int32."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    grids = torch.from_numpy(numbers).reshape(-1, side, side).to(device)
    return Examples(grids, roster.labels, prepare)


def noisy_grids(rate: float, vocabulary: int) -> Prepare:
    """Reader of grids: primitives as int64, in training a share `rate` of them replaced."""

    def prepare(grids: Tensor, generator: torch.Generator | None) -> Tensor:
        if generator is not None:
            grids = replace_tokens(grids, rate, vocabulary, generator)
        return grids.long()

    return prepare
