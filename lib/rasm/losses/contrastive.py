"""Pairs of the batch: those of a class together, others at least a margin apart.

Mean distance of the pairs of a class that are apart, plus the mean of (margin - distance) of the
pairs of two classes that are nearer (Hadsell, Chopra and LeCun 2006, by pytorch-metric-learning).
"""

import math
from typing import Any, ClassVar, Literal

from pydantic import Field
from pytorch_metric_learning import losses
from torch import Tensor

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams


class ContrastiveParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`margin` is the least distance of two classes that costs nothing."""

    kind: Literal["contrastive"]
    margin: float = Field(ge=0)

    compares_pictures: ClassVar[bool] = True

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """It learns nothing itself."""
        return Contrastive(self.margin)


class Contrastive(EmbeddingLoss):
    """See above."""

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.loss: Any = losses.ContrastiveLoss(pos_margin=0, neg_margin=margin)

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Over all pairs of the batch."""
        value: Tensor = self.loss(embeddings, labels)
        return value


def reachable_margin(classes: int) -> float:
    """The largest distance that all pairs of N >= 2 points on the unit sphere can have at once.

    It is sqrt(2 N / (N - 1)), that of a regular simplex, which has room from N - 1 dimensions on; a
    contrastive margin above asks for what cannot be.
    """
    return math.sqrt(2 * classes / (classes - 1))
