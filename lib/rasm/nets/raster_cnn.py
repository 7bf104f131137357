"""The one-stage baseline: which glyph is this raster? A residual CNN straight on the pixels.

It has no primitives and nothing to interpret; it is here to say what the hierarchy costs or buys.
"""

from torch import Tensor, nn


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut: the basic block of He et al. 2016."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = (
            nn.Identity()
            if stride == 1 and inputs == outputs
            else nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, maps: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H / stride, W / stride)."""
        result: Tensor = self.activation(self.body(maps) + self.shortcut(maps))
        return result


class RasterCNN(nn.Module):
    """(B, 1, S, S) float rasters in [0, 1], ink 1, to (B, classes) logits."""

    def __init__(
        self, classes: int, width: int = 32, blocks: int = 1, dropout: float = 0.1
    ) -> None:
        super().__init__()
        stages: list[nn.Module] = [
            nn.Conv2d(1, width, 5, 2, 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        channels = width
        for _ in range(3):
            stages.append(Residual(channels, 2 * channels, 2))
            channels *= 2
            stages.extend(Residual(channels, channels, 1) for _ in range(blocks - 1))
        self.features = nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(channels, classes))

    def forward(self, rasters: Tensor) -> Tensor:
        """Logits (B, classes)."""
        logits: Tensor = self.head(self.features(rasters))
        return logits
