"""The one-stage baseline: which glyph is this raster? A residual CNN straight on the pixels.

It has no primitives and nothing to interpret; it is here to say what the hierarchy costs or buys.
The stem reduces 128 pixels to 32 at once: strokes are several pixels wide, and full resolution
would take most of the time for little.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from rasm.nets.glyph_net import GlyphHead, GlyphNet
from rasm.nets.residual import Residual
from rasm.raster.channels import Channel


class RasterCNN(GlyphNet):
    """(B, C, S, S) float rasters, as `stack_channels` makes `channels`, to (B, classes) logits."""

    def __init__(
        self,
        classes: int,
        width: int,
        blocks: int,
        dropout: float,
        cosine_scale: float | None,
        size_cues: bool,
        channels: Sequence[Channel],
    ) -> None:
        super().__init__()
        self.channels = tuple(channels)
        layers: list[nn.Module] = [
            nn.Conv2d(len(self.channels), width, 8, 4, 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        inputs = width
        for outputs in (width, width * 2, width * 4):
            layers.append(Residual(inputs, outputs, 2))
            layers.extend(Residual(outputs, outputs, 1) for _ in range(blocks - 1))
            inputs = outputs
        self.body = nn.Sequential(*layers)
        self.head = GlyphHead(
            inputs, classes, dropout, cosine_scale=cosine_scale, size_cues=size_cues
        )

    def encode(self, inputs: Tensor) -> Tensor:
        """Glyph vectors (B, 4 * width) of rasters (B, C, S, S)."""
        return self.features(inputs)

    def features(self, rasters: Tensor) -> Tensor:
        """Glyph vectors (B, 4 * width) of rasters (B, C, S, S)."""
        return self.maps(rasters).mean(dim=(2, 3))

    def maps(self, rasters: Tensor) -> Tensor:
        """Feature maps (B, 4 * width, S / 32, S / 32) of rasters (B, C, S, S)."""
        maps: Tensor = self.body(rasters)
        return maps
