"""The one-stage baseline: which glyph is this raster? A residual CNN straight on the pixels.

It has no primitives and nothing to interpret; it is here to say what the hierarchy costs or buys.
The stem reduces 128 pixels to 32 at once: strokes are several pixels wide, and full resolution
would take most of the time for little.
"""

from torch import Tensor, nn

from rasm.nets.residual import Residual


class RasterCNN(nn.Module):
    """(B, 1, S, S) float rasters in [0, 1], ink 1, to (B, classes) logits."""

    def __init__(
        self, classes: int, width: int = 64, blocks: int = 1, dropout: float = 0.1
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(1, width, 8, 4, 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        channels = width
        for outputs in (width * 2, width * 3, width * 4):
            layers.append(Residual(channels, outputs, 2))
            layers.extend(Residual(outputs, outputs, 1) for _ in range(blocks - 1))
            channels = outputs
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(channels, classes))

    def forward(self, rasters: Tensor) -> Tensor:
        """Logits (B, classes)."""
        logits: Tensor = self.head(self.body(rasters))
        return logits
