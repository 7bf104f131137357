"""Phase 2 as a residual CNN over the map of embedded primitives.

The embedded grid is a picture of 64 channels, so what works on pixels works on primitives
(seed 001, section 7.2 B). It halves the map where the seed keeps it, and doubles the channels where
it does, which makes it several times cheaper at the same depth.
"""

from torch import Tensor, nn

from rasm.nets.glyph_net import GlyphHead
from rasm.nets.grid_net import GridNet
from rasm.nets.residual import Residual


class GridCNN(GridNet):
    """(B, G, G) primitive numbers to (B, classes) logits."""

    def __init__(
        self,
        classes: int,
        vocabulary: int,
        embedding: int,
        width: int,
        blocks: int,
        dropout: float,
        cosine_scale: float | None,
        size_cues: bool,
    ) -> None:
        super().__init__(vocabulary, embedding)
        layers: list[nn.Module] = []
        channels = embedding
        for stage, outputs in enumerate((width, width * 2, width * 4)):
            layers.append(Residual(channels, outputs, 2 if stage else 1))
            layers.extend(Residual(outputs, outputs, 1) for _ in range(blocks - 1))
            channels = outputs
        self.body = nn.Sequential(*layers)
        self.head = GlyphHead(
            channels, classes, dropout, cosine_scale=cosine_scale, size_cues=size_cues
        )

    def features(self, embedded: Tensor) -> Tensor:
        """Glyph vectors (B, 4 * width) of embedded primitives (B, G, G, E)."""
        return self.maps(embedded).mean(dim=(2, 3))

    def maps(self, embedded: Tensor) -> Tensor:
        """Feature maps (B, 4 * width, G / 4, G / 4) of embedded primitives (B, G, G, E)."""
        # Channels come last already: the permuted view is what convolutions like best.
        maps: Tensor = self.body(embedded.permute(0, 3, 1, 2))
        return maps
