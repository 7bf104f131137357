"""By what phase 1 learns: the name of the cell, and if asked for its place among other cells.

A quarter of all inked cells is solid ink, while a middling primitive is one cell in two thousand.
Weights by a power of the inverse frequency let the rare ones count for more.

Supervised contrastive loss: like cells near, unlike cells far, judged within one batch.

Khosla et al. 2020, "Supervised Contrastive Learning" (arXiv 2004.11362), equation 2, the variant
with the sum outside the logarithm, which they found the better one.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F


def supervised_contrastive(embeddings: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """Scalar loss of embeddings (B, E) of unit length with classes (B,).

    The positives of a row are the other rows of its class; a row without any is no anchor. For an
    anchor i with positives P(i), the loss is the mean over p in P(i) of
    -log(exp(z_i z_p / t) / sum over a != i of exp(z_i z_a / t)). Computed in float32.
    """
    with torch.autocast(embeddings.device.type, enabled=False):
        similarity = embeddings.float() @ embeddings.float().T / temperature
        itself = torch.eye(len(classes), dtype=torch.bool, device=classes.device)
        log_share = torch.log_softmax(similarity.masked_fill(itself, -torch.inf), dim=1)
        positive = (classes[:, None] == classes) & ~itself
        count = positive.sum(dim=1)
        loss = -log_share.masked_fill(~positive, 0).sum(dim=1) / count.clamp_min(1)
        return loss.sum() / (count > 0).sum().clamp_min(1)


CellLoss = Callable[[nn.Module, tuple[Tensor, ...], float], Tensor]


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

    def loss(model: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        pictures, targets = batch
        return F.cross_entropy(model(pictures), targets, weights)

    return loss


def embedding_loss(weights: Tensor | None, temperature: float) -> CellLoss:
    """Cross-entropy against the prototypes plus the contrast between the cells of the batch.

    Positives are cells of one primitive, and with two views of each cell every cell has one.
    """

    def loss(model: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        pictures, targets = batch
        embedded, logits = model(pictures, with_embedding=True)
        contrast = supervised_contrastive(embedded, targets, temperature)
        return F.cross_entropy(logits, targets, weights) + contrast

    return loss
