"""What phase 2 is trained and asked on: grids of primitives, on the device.

In training some glyphs are distorted first. Their grids are not stored: phase 1 reads them anew, as
it would read such a glyph in use, wrong primitives included.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rasm.augment.distort import Distortion, choose, distort
from rasm.augment.token_noise import replace_tokens
from rasm.nets.cell_cnn import CellCNN
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.cell_reading import cut, predict_cells
from rasm.training.glyph_task import Examples, Prepare

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def grid_examples(
    store: Records, roster: Roster, device: torch.device, prepare: Prepare
) -> Examples:
    """Primitive grids (N, G, G) int32."""
    numbers = store.stack(roster.glyph_ids).view("<u2").astype(np.int32)
    side = int(numbers.shape[1] ** 0.5)
    grids = torch.from_numpy(numbers).reshape(-1, side, side).to(device)
    return Examples(grids, roster.labels, prepare, torch.from_numpy(roster.cues).to(device))


def noisy_grids(rate: float, vocabulary: int) -> Prepare:
    """Reader of grids: primitives as int64, in training a share `rate` of them replaced."""

    def prepare(grids: Tensor, generator: torch.Generator | None) -> Tensor:
        if generator is not None:
            grids = replace_tokens(grids, rate, vocabulary, generator)
        return grids.long()

    return prepare


def distorted_examples(
    stored: Examples, packed: Tensor, phase1: CellCNN, amounts: Distortion, fabric: "Fabric"
) -> Examples:
    """The `stored` grids of N glyphs, in training a share of them distorted.

    `packed` (N, bytes) are the glyphs' rasters. Inputs are row numbers (N,): a distorted glyph is
    read by `phase1`, the others keep their stored grid, and what disturbs grids comes after.
    """
    grids = stored.inputs
    network = phase1.to(fabric.device)

    def prepare(rows: Tensor, generator: torch.Generator | None) -> Tensor:
        tokens = grids[rows]
        if generator is not None and amounts.share:
            chosen = choose(len(rows), amounts.share, generator).to(rows.device)
            masks = distort(packed[rows[chosen]], amounts, generator)
            with torch.inference_mode(), fabric.autocast():
                tokens[chosen] = read_grids(network, masks, grids.shape[1]).to(tokens.dtype)
        return stored.prepare(tokens, generator)

    return replace(stored, inputs=torch.arange(len(grids), device=grids.device), prepare=prepare)


def read_grids(phase1: CellCNN, masks: Tensor, grid: int) -> Tensor:
    """Primitive grids (N, G, G) int64 that phase 1 sees in masks (N, S, S) of 0 and 1."""
    cells = cut(masks, grid)
    inked = torch.nonzero(cells.any(dim=1))[:, 0]
    # Empty cells are known to be empty; the network is not asked.
    tokens = torch.zeros(len(cells), dtype=torch.int64, device=cells.device)
    tokens[inked] = predict_cells(phase1, cells[inked])
    return tokens.reshape(len(masks), grid, grid)
