"""Glyphs as a classifier is to read them: stored compactly, made ready a batch at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Prepare = Callable[[Tensor, torch.Generator | None], Tensor]
"""A stored batch to what the network reads; with a generator, in training, disturbed."""


@dataclass(frozen=True)
class Examples:
    """N glyphs as a network is to read them."""

    inputs: Tensor  # (N, ...) as stored
    labels: NDArray[np.int64]  # (N,) label indices
    prepare: Prepare
    cues: Tensor | None = None  # (N, 4) size cues, for networks that read them
