"""Triplets of the batch: the own class nearer than any other, by a margin.

For each picture the farthest of its class and the nearest of another (Hermans et al. 2017, by
pytorch-metric-learning).
"""

from typing import Any, ClassVar, Literal

from pydantic import Field
from pytorch_metric_learning import losses, miners
from torch import Tensor

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams


class TripletParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`margin` is the distance by which the other class is to be farther."""

    kind: Literal["triplet"]
    margin: float = Field(ge=0)

    compares_pictures: ClassVar[bool] = True

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """It learns nothing itself."""
        return Triplet(self.margin)


class Triplet(EmbeddingLoss):
    """See above."""

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.loss: Any = losses.TripletMarginLoss(margin)
        self.miner: Any = miners.BatchHardMiner()

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Over the hardest triplet of each picture."""
        value: Tensor = self.loss(embeddings, labels, self.miner(embeddings, labels))
        return value
