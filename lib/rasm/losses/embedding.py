"""What every loss of an embedder is: embeddings and their classes to a scalar.

Two families. Losses of pairs and triplets (contrastive, triplet, multi_similarity) compare the
pictures of a batch, so a batch must hold several of each class. Losses of proxies (softmax,
arcface, subcenter_arcface, proxy_anchor) learn a place for each class beside the network and
compare pictures with those. The siamese loss is told pairs in place of classes.

The losses are alternatives, a file each: `rasm.training.embedder_params` finds the one that params
name.
"""

from typing import ClassVar

import torch
from pydantic import BaseModel
from torch import Tensor, nn


class EmbeddingLoss(nn.Module):
    """Embeddings (B, D) of unit length and labels (B,) int64 in [0, classes) to a scalar.

    Subclasses define `cost`.
    """

    def forward(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """The loss when a share `progress` in [0, 1) of all steps is done."""
        # Cosines near 1 are worth more than the three digits of bf16.
        with torch.autocast(embeddings.device.type, enabled=False):
            return self.cost(embeddings.float(), labels, progress)

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """The same, in float32."""
        raise NotImplementedError


class EmbeddingLossParams(BaseModel, frozen=True, extra="forbid"):
    """Which loss, and its numbers; `kind` names the alternative."""

    kind: str

    compares_pictures: ClassVar[bool] = False
    """Whether a batch must hold several pictures of a class."""
    takes_shares: ClassVar[bool] = False
    """Whether a picture may belong to several classes: labels are then shares (B, classes)."""
    takes_pairs: ClassVar[bool] = False
    """Whether a batch is pairs of a clean and a worn letter, and labels say which are the same."""

    def build(self, classes: int, dimension: int) -> EmbeddingLoss:
        """The loss for so many classes and features."""
        raise NotImplementedError
