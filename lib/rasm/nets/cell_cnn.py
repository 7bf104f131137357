"""Phase 1: which primitive is this cell? A small CNN (seed 001, section 6.2).

At 8x8 cells and 1,024 primitives it has about 184 thousand parameters, most of them in the last
layer.
"""

from torch import Tensor, nn


class CellCNN(nn.Module):
    """(B, 1, c, c) float cells in [0, 1], ink 1, to (B, vocabulary) logits; c divisible by 4."""

    def __init__(self, cell: int = 8, vocabulary: int = 1024, dropout: float = 0.2) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(32),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(64),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.classifier = nn.Sequential(
            nn.Linear(64 * (cell // 4) ** 2, 128),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(128, vocabulary),
        )

    def forward(self, cells: Tensor) -> Tensor:
        """Logits (B, vocabulary)."""
        logits: Tensor = self.classifier(self.features(cells))
        return logits
