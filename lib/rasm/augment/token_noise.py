"""Wrong primitives on purpose: phase 2 must live with what phase 1 gets wrong."""

import torch
from torch import Tensor


def replace_tokens(
    tokens: Tensor, rate: float, vocabulary: int, generator: torch.Generator
) -> Tensor:
    """Replace a share `rate` of (N, ...) primitive numbers by random non-empty ones.

    `vocabulary` counts the empty primitive 0, which is never drawn.
    """
    if rate == 0:
        return tokens
    hit = torch.rand(tokens.shape, generator=generator) < rate
    drawn = torch.randint(1, vocabulary, tokens.shape, generator=generator, dtype=tokens.dtype)
    return torch.where(hit.to(tokens.device), drawn.to(tokens.device), tokens)
