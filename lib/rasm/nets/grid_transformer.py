"""Phase 2 as a transformer over patches of embedded primitives (seed 001, section 7).

Each primitive is embedded; blocks of patch x patch cells are joined to one token, so a 16x16 grid
with 2x2 patches is 64 tokens of 4 x 64 = 256 features. Attention over so few tokens is cheap, and
its weights can be read back onto the cells.

The encoder is ours for three reasons. Over 65 tokens, attention as two batched products trains much
faster on a processor than the fused kernel. Drawing dropout noise for every token would cost as
much as the attention, so one mask a glyph serves all its tokens (Gal and Ghahramani 2016). And the
attention weights can be had, to see what a decision rests on.
"""

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.glyph_net import GlyphHead
from rasm.nets.grid_net import GridNet


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward part, each normalised before and added after.

    Source: Vaswani et al. 2017; pre-norm after Xiong et al. 2020.
    """

    def __init__(self, width: int, heads: int, mlp: int, dropout: float) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"width {width} does not divide into {heads} heads")
        self.heads, self.dropout = heads, dropout
        self.before_attention = nn.LayerNorm(width)
        self.to_qkv = nn.Linear(width, 3 * width)
        self.from_heads = nn.Linear(width, width)
        self.before_mlp = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, mlp), nn.GELU(), nn.Linear(mlp, width))

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, width) to (B, T, width)."""
        weights, value = self.attend(tokens)
        mixed = (weights @ value).transpose(1, 2).flatten(2)
        tokens = tokens + self._drop(self.from_heads(mixed))
        fed: Tensor = tokens + self._drop(self.mlp(self.before_mlp(tokens)))
        return fed

    def attend(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Attention weights (B, heads, T, T), rows summing to 1, and values (B, heads, T, d)."""
        qkv = self.to_qkv(self.before_attention(tokens)).unflatten(-1, (3, self.heads, -1))
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (B, heads, T, d)
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1)
        return scores.softmax(dim=-1).to(value.dtype), value

    def _drop(self, branch: Tensor) -> Tensor:
        if not self.training or self.dropout == 0:
            return branch
        mask = torch.ones(len(branch), 1, branch.shape[2], dtype=branch.dtype, device=branch.device)
        return branch * F.dropout(mask, self.dropout)


Position = Literal["learned", "sinusoidal"]


Pooling = Literal["cls", "mean"]


class GridTransformer(GridNet):
    """(B, G, G) primitive numbers to (B, classes) logits."""

    def __init__(
        self,
        classes: int,
        vocabulary: int,
        grid: int,
        patch: int,
        embedding: int,
        width: int,
        layers: int,
        heads: int,
        mlp: int,
        dropout: float,
        position: Position,
        pooling: Pooling,
        cosine_scale: float | None,
        size_cues: bool,
    ) -> None:
        super().__init__(vocabulary, embedding)
        if grid % patch:
            raise ValueError(f"patch {patch} does not divide the grid of {grid} cells")
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
