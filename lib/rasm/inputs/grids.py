"""What phase 2 reads: grids of primitives, on the device."""

import numpy as np
import torch
from torch import Tensor

from rasm.inputs.examples import Examples, Prepare
from rasm.store.manifest import Roster
from rasm.store.records import Records


def grid_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Primitive grids (N, G, G) int32."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    grids = torch.from_numpy(numbers).reshape(-1, side, side).to(device)
    return Examples(grids, roster.labels, prepare, torch.from_numpy(roster.cues).to(device))


def plain_grids(grids: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Primitives (B, G, G) as int64, undisturbed."""
    return grids.long()
