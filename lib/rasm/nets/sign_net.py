"""What a printed sign says, from the features of a network that reads Arabic, and from its size."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

_CUES = 4


class SignNet(nn.Module):
    """Features (B, F) and size cues (B, 4) to logits (B, len(texts)), by one hidden layer.

    `texts` are what the signs say; the first, empty, is of glyphs that are none of them. Inputs are
    brought to mean 0 and deviation 1 of training.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, texts: Sequence[str], features: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.texts, self.features = tuple(texts), features
        self.register_buffer("mean", torch.zeros(features + _CUES))
        self.register_buffer("deviation", torch.ones(features + _CUES))
        self.layers = nn.Sequential(
            nn.Linear(features + _CUES, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, len(texts)),
        )

    def standardize(self, features: Tensor, cues: Tensor) -> None:
        """Learn mean and deviation of features (N, F) and cues (N, 4), those of training."""
        both = torch.cat([features, cues], dim=1)
        self.mean.copy_(both.mean(dim=0))
        self.deviation.copy_(both.std(dim=0).clamp_min(1e-3))

    def forward(self, features: Tensor, cues: Tensor) -> Tensor:
        """Logits (B, len(texts)) float32."""
        even = (torch.cat([features, cues], dim=1) - self.mean) / self.deviation
        logits: Tensor = self.layers(even)
        return logits.float()
