"""Pictures written as rows of text, # for ink, so that a reader can check them by eye."""

from collections.abc import Sequence

import torch
from torch import Tensor


def drawing(rows: Sequence[str], size: int = 16) -> Tensor:
    """Mask (size, size) float with the rows in its upper left corner."""
    mask = torch.zeros(size, size)
    for y, row in enumerate(rows):
        mask[y, : len(row)] = torch.tensor([dot == "#" for dot in row])
    return mask


def text(mask: Tensor, rows: Sequence[str]) -> list[str]:
    """The upper left corner of a mask, as large as `rows`; no ink may be outside of it."""
    tall, wide = len(rows), len(rows[0])
    assert mask.sum() == mask[:tall, :wide].sum()
    return ["".join(".#"[int(dot)] for dot in row[:wide]) for row in mask[:tall]]
