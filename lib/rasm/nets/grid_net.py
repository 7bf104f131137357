"""What the two backbones of phase 2 share: an embedding of primitives, which may start as pictures.

A random embedding makes the network find out which primitives resemble each other; started from
the centroids it knows, and learns several times faster.
"""

import torch
from torch import Tensor, nn

from rasm.nets.glyph_net import GlyphNet


class GridNet(GlyphNet):
    """(B, G, G) primitive numbers to (B, classes) logits; subclasses define `features`, `head`."""

    def __init__(self, vocabulary: int, embedding: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, embedding)

    def encode(self, inputs: Tensor) -> Tensor:
        """Glyph vectors (B, F) of hard primitive numbers (B, G, G)."""
        return self.features(self.embed(inputs))

    def features(self, embedded: Tensor) -> Tensor:
        """Glyph vectors (B, F) of embedded primitives (B, G, G, E)."""
        raise NotImplementedError

    @torch.no_grad()
    def start_from(self, points: Tensor) -> None:
        """Embed primitive i as row i - 1 of `points` (K, n), and empty as zero.

        Points are pictures of primitives (centroids), or what phase 1 has learnt of them. Where
        they and the embedding differ in width, a random orthogonal projection comes between.
        """
        width, features = points.shape[1], self.embed.embedding_dim
        if width == features:
            projection = torch.eye(width, device=points.device)
        else:
            larger = nn.init.orthogonal_(torch.empty(max(width, features), max(width, features)))
            projection = larger[:width, :features].to(points.device)
        self.embed.weight.zero_()
        self.embed.weight[1:] = 2 * points @ projection
