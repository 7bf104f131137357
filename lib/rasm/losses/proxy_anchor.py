"""A place for each class, drawn by the pictures that are hardest for it (Kim et al. 2020)."""

from typing import Any, Literal

from pydantic import Field
from pytorch_metric_learning import losses
from torch import Tensor

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams


class ProxyAnchorParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`margin` is a cosine, on either side of the boundary; `scale` multiplies cosines (alpha)."""

    kind: Literal["proxy_anchor"]
    margin: float = Field(ge=0)
    scale: float = Field(gt=0)

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """It learns the places of the classes."""
        return ProxyAnchor(self, classes, dimension)


class ProxyAnchor(EmbeddingLoss):
    """See above."""

    def __init__(self, params: ProxyAnchorParams, classes: int, dimension: int) -> None:
        super().__init__()
        self.loss: Any = losses.ProxyAnchorLoss(
            classes, dimension, margin=params.margin, alpha=params.scale
        )

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Over all classes."""
        value: Tensor = self.loss(embeddings, labels)
        return value
