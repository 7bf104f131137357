"""Phase 1: which primitive is this cell? A small CNN (seed 001, section 6.2).

At 8x8 cells and 1,024 primitives it has about 184 thousand parameters, most of them in the last
layer. With an embedding (section 6.5) a cell is first a point on the unit sphere, and its primitive
is the prototype at the smallest angle: neighbours then mean something to whoever reads the point,
and the hard number is still there for whoever does not.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class CellCNN(nn.Module):
    """(B, 1, c, c) float cells in [0, 1], ink 1, to (B, vocabulary) logits; c divisible by 4.

    With `embedding` features, logits are cosines to the learned prototypes over `temperature`.
    """

    def __init__(
        self,
        cell: int,
        vocabulary: int,
        dropout: float,
        embedding: int | None = None,
        temperature: float = 1.0,
    ) -> None:
        super().__init__()
        self.temperature = temperature
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
            nn.Linear(128, vocabulary if embedding is None else embedding),
        )
        self.naming = None if embedding is None else nn.Linear(embedding, vocabulary, bias=False)
        # Pooling and normalising are the bulk of the work, and faster where the channels of a
        # pixel lie side by side in memory.
        self.to(memory_format=torch.channels_last)

    def forward(
        self, cells: Tensor, with_embedding: bool = False
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Logits (B, vocabulary); `with_embedding` the pair of embedding and logits."""
        if self.naming is None:
            logits: Tensor = self.classifier(self.features(cells))
            return logits
        embedded = self.encode(cells)
        # In bfloat16 cosines near 1 are 0.004 apart, which near primitives are too.
        with torch.autocast(cells.device.type, enabled=False):
            logits = embedded @ self.prototypes.T / self.temperature
        return (embedded, logits) if with_embedding else logits

    def encode(self, cells: Tensor) -> Tensor:
        """Embeddings (B, embedding) float32 of unit length. Raises ValueError without one."""
        self._require_embedding()
        embedded: Tensor = self.classifier(self.features(cells))
        return F.normalize(embedded.float(), dim=1)

    @property
    def prototypes(self) -> Tensor:
        """(vocabulary, embedding) float32 of unit length, row 0 the empty cell's."""
        return F.normalize(self._require_embedding().weight, dim=1)

    def _require_embedding(self) -> nn.Linear:
        if self.naming is None:
            raise ValueError(
                "this phase 1 has no embedding: train one with the contrastive objective"
            )
        return self.naming
