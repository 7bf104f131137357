"""One layer of a transformer encoder, pre-norm, lean on a processor.

Its own for three reasons. Over 65 tokens, attention as two batched products trains much faster on a
processor than the fused kernel. Drawing dropout noise for every token would cost as much as the
attention, so one mask a glyph serves all its tokens (Gal and Ghahramani 2016). And the attention
weights can be had, to see what a decision rests on.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


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
