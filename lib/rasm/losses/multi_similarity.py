"""All pairs of the batch, weighed by how they compare with each other (Wang et al. 2019)."""

from typing import Any, ClassVar, Literal

from pydantic import Field
from pytorch_metric_learning import losses, miners
from torch import Tensor

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams


class MultiSimilarityParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`margin` is a cosine, the miner's epsilon: pairs that are easier by more are left out."""

    kind: Literal["multi_similarity"]
    margin: float = Field(ge=0)

    compares_pictures: ClassVar[bool] = True

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """It learns nothing itself."""
        return MultiSimilarity(self.margin)


class MultiSimilarity(EmbeddingLoss):
    """See above."""

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.loss: Any = losses.MultiSimilarityLoss()
        self.miner: Any = miners.MultiSimilarityMiner(epsilon=margin)

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Over the pairs that the miner keeps."""
        value: Tensor = self.loss(embeddings, labels, self.miner(embeddings, labels))
        return value
