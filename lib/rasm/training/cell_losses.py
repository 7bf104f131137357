"""By what phase 1 learns: the name of the cell, and if asked for its place among other cells.

A quarter of all inked cells is solid ink, while a middling primitive is one cell in two thousand.
Weights by a power of the inverse frequency let the rare ones count for more.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.training.contrastive import supervised_contrastive
from rasm.training.task import Batch

CellLoss = Callable[[nn.Module, Batch, float], Tensor]


def class_weights(train_use: NDArray[np.int64], power: float, most: float) -> NDArray[np.float32]:
    """Weight of each primitive (V,) by its use in training (V,), of which the first is empty.

    Inked primitives: use to the power of -`power`, capped at `most` times the mean over the inked
    training cells, and scaled so that this mean is 1. The empty one has 1: the share of empty cells
    in a batch is set already.
    """
    use = np.maximum(train_use[1:], 1).astype(np.float64)
    weights = use**-power
    weights = np.minimum(weights, most * np.average(weights, weights=use))
    weights /= np.average(weights, weights=use)
    return np.concatenate([[1.0], weights]).astype(np.float32)


def naming_loss(weights: Tensor | None = None) -> CellLoss:
    """Cross-entropy, each cell weighted by `weights` (V,) of its primitive."""

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        pictures, targets = batch
        return F.cross_entropy(model(pictures), targets, weights)

    return loss


def embedding_loss(weights: Tensor | None, temperature: float) -> CellLoss:
    """Cross-entropy against the prototypes plus the contrast between the cells of the batch.

    Positives are cells of one primitive, and with two views of each cell every cell has one.
    """

    def loss(model: nn.Module, batch: Batch, progress: float) -> Tensor:
        pictures, targets = batch
        embedded, logits = model(pictures, with_embedding=True)
        contrast = supervised_contrastive(embedded, targets, temperature)
        return F.cross_entropy(logits, targets, weights) + contrast

    return loss
