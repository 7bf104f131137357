"""What glyph classifiers are trained on: glyphs distorted, primitives replaced, anew each time.

A distorted glyph has no stored grid: phase 1 reads it anew, as it would read such a glyph in use,
wrong primitives included.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rasm.augment.distort import Distortion, choose, distort
from rasm.augment.input_noise import replace_tokens
from rasm.inputs.examples import Examples, Prepare
from rasm.nets.cell_cnn import CellCNN
from rasm.raster.channels import Channel, stack_channels
from rasm.raster.tensors import unpack_bits
from rasm.reading.cells import predict_grids

if TYPE_CHECKING:
    from lightning_fabric import Fabric


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
                tokens[chosen] = predict_grids(network, masks, grids.shape[1]).to(tokens.dtype)
        return stored.prepare(tokens, generator)

    return replace(stored, inputs=torch.arange(len(grids), device=grids.device), prepare=prepare)


def distorted_rasters(amounts: Distortion, channels: Sequence[Channel]) -> Prepare:
    """Reader of packed rasters as `plain_rasters`, but in training it distorts a share of them."""

    def prepare(packed: Tensor, generator: torch.Generator | None) -> Tensor:
        masks = unpack_bits(packed)
        if generator is not None and amounts.share:
            chosen = choose(len(packed), amounts.share, generator).to(packed.device)
            masks[chosen] = distort(packed[chosen], amounts, generator)
        return stack_channels(masks, channels)

    return prepare
