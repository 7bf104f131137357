"""Pairs in place of classes: a clean letter and a worn one, of the same letter or not.

The loss draws pairs of one letter together and pushes others to the margin (Hadsell, Chopra and
LeCun 2006). A margin of 2 asks all letters to be antipodal on the sphere, which only two can be:
see `rasm.losses.contrastive.reachable_margin`.
"""

from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams


class SiameseParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`margin` is the distance from which on two letters cost nothing."""

    kind: Literal["siamese"]
    margin: float = Field(ge=0)

    takes_pairs: ClassVar[bool] = True

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """It learns nothing itself."""
        return Siamese(self.margin)


class Siamese(EmbeddingLoss):
    """The mean over pairs of what the distance d of each one costs.

    d squared where the two are the same letter, else max(0, margin - d) squared.
    """

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.margin = margin

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """The loss of embeddings (2B, D), first all anchors, and whether pairs are same (B,)."""
        anchors, others = embeddings.chunk(2)
        distances = torch.linalg.vector_norm(anchors - others, dim=1)
        costs = torch.where(labels, distances, F.relu(self.margin - distances)) ** 2
        return costs.mean()
