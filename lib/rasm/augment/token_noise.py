"""Wrong primitives on purpose: phase 2 must live with what phase 1 gets wrong.

Empty cells are known to be empty without asking phase 1, so only inked ones are disturbed.
"""

import torch
from torch import Tensor


def replace_tokens(
    tokens: Tensor, rate: float, vocabulary: int, generator: torch.Generator
) -> Tensor:
    """Replace a share `rate` of the inked (N, ...) primitive numbers by random non-empty ones.

    `vocabulary` counts the empty primitive 0, which is never drawn.
    """
    if rate == 0:
        return tokens
    hit = torch.rand(tokens.shape, generator=generator) < rate
    drawn = torch.randint(1, vocabulary, tokens.shape, generator=generator, dtype=tokens.dtype)
    return torch.where(hit.to(tokens.device) & (tokens > 0), drawn.to(tokens.device), tokens)
