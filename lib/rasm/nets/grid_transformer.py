"""Phase 2 as a transformer over patches of embedded primitives (seed 001, section 7).

Each primitive is embedded; blocks of patch x patch cells are joined to one token, so a 16x16 grid
with 2x2 patches is 64 tokens of 4 x 64 = 256 features. Attention over so few tokens is cheap, and
its weights can be read back onto the cells.
"""

import math
from typing import Literal

import torch
from torch import Tensor, nn

from rasm.nets.encoder import EncoderLayer
from rasm.nets.grid_net import GridNet
from rasm.nets.head import GlyphHead

Position = Literal["learned", "sinusoidal"]
Pooling = Literal["cls", "mean"]


class GridTransformer(GridNet):
    """(B, G, G) primitive numbers to (B, classes) logits."""

    def __init__(
        self,
        classes: int,
        vocabulary: int = 1024,
        grid: int = 16,
        patch: int = 2,
        embedding: int = 64,
        width: int = 256,
        layers: int = 4,
        heads: int = 8,
        mlp: int = 512,
        dropout: float = 0.1,
        position: Position = "learned",
        pooling: Pooling = "cls",
        cosine_scale: float | None = None,
        size_cues: bool = False,
    ) -> None:
        super().__init__(vocabulary, embedding)
        if grid % patch:
            raise ValueError(
                f"train_phase2.transformer.patch {patch} does not divide the grid of {grid} cells"
            )
        side = grid // patch
        self.patch, self.pooling = patch, pooling
        self.project = nn.Linear(patch * patch * embedding, width)
        if position == "learned":
            self.positions: Tensor = nn.Parameter(0.02 * torch.randn(side * side, width))
        else:
            self.register_buffer("positions", sinusoidal_positions(side, width))
        self.cls = nn.Parameter(torch.zeros(1, 1, width)) if pooling == "cls" else None
        self.encoder = nn.Sequential(
            *(EncoderLayer(width, heads, mlp, dropout) for _ in range(layers))
        )
        self.norm = nn.LayerNorm(width)
        self.head = GlyphHead(
            width, classes, dropout, cosine_scale=cosine_scale, size_cues=size_cues
        )

    def features(self, embedded: Tensor) -> Tensor:
        """Glyph vectors (B, width) of embedded primitives (B, G, G, E)."""
        batch, grid, _, _ = embedded.shape
        side, p = grid // self.patch, self.patch
        blocks = embedded.reshape(batch, side, p, side, p, -1).transpose(2, 3)
        tokens: Tensor = self.project(blocks.reshape(batch, side * side, -1)) + self.positions
        if self.cls is not None:
            tokens = torch.cat([self.cls.expand(len(tokens), -1, -1), tokens], dim=1)
        tokens = self.norm(self.encoder(tokens))
        return tokens[:, 0] if self.cls is not None else tokens.mean(dim=1)


def sinusoidal_positions(side: int, width: int) -> Tensor:
    """(side * side, width) encodings: half of the features for the row, half for the column.

    Source: Vaswani et al. 2017, section 3.5, once an axis. Raises ValueError unless 4 | width.
    """
    if width % 4:
        raise ValueError(f"sinusoidal positions need a width divisible by 4, not {width}")
    rates = torch.exp(-math.log(10000.0) * torch.arange(0, width // 2, 2) / (width // 2))
    angles = torch.arange(side)[:, None] * rates  # (side, width / 4)
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)  # (side, width / 2)
    rows = axis[:, None, :].expand(side, side, -1)
    columns = axis[None, :, :].expand(side, side, -1)
    return torch.cat([rows, columns], dim=2).reshape(side * side, width)
