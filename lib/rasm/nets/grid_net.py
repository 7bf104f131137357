"""What the two backbones of phase 2 share: an embedding of primitives, which may start as pictures.

A random embedding makes the network find out which primitives resemble each other; started from
the centroids it knows, and learns several times faster.
"""

import torch
from torch import Tensor, nn


class GridNet(nn.Module):
    """(B, G, G) primitive numbers to (B, classes) logits; subclasses define `features`, `head`."""

    head: nn.Module

    def __init__(self, vocabulary: int, embedding: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, embedding)

    def forward(self, primitives: Tensor) -> Tensor:
        """Logits (B, classes) of hard primitive numbers (B, G, G)."""
        return self.classify(self.embed(primitives))

    def classify(self, embedded: Tensor) -> Tensor:
        """Logits (B, classes) of embedded primitives (B, G, G, E), which may be mixtures."""
        logits: Tensor = self.head(self.features(embedded))
        return logits

    def features(self, embedded: Tensor) -> Tensor:
        """Glyph vectors (B, F) of embedded primitives (B, G, G, E)."""
        raise NotImplementedError

    @torch.no_grad()
    def start_from(self, centroids: Tensor) -> None:
        """Embed primitive i as its picture, centroids (K, pixels) row i - 1, and empty as zero.

        Where pixels and embedding differ in number, a random orthogonal projection comes between.
        """
        pixels, features = centroids.shape[1], self.embed.embedding_dim
        if pixels == features:
            projection = torch.eye(pixels)
        else:
            larger = nn.init.orthogonal_(torch.empty(max(pixels, features), max(pixels, features)))
            projection = larger[:pixels, :features]
        self.embed.weight.zero_()
        self.embed.weight[1:] = 2 * centroids @ projection
