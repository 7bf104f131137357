"""Noise on what glyph classifiers read beside pixels: primitives and size cues.

Wrong primitives on purpose: phase 2 must live with what phase 1 gets wrong. Empty cells are known
to be empty without asking phase 1, so only inked ones are disturbed.

Size cues disturbed: the next font will have other metrics. Within a font the em span is one number,
so without noise a network could read the font, and with it the glyph, off the exact values.
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


def disturb_cues(cues: Tensor, size: float, generator: torch.Generator) -> Tensor:
    """Resize and shift each glyph's box; cues (B, 4) as `rasm.raster.size_cues` has them.

    Factor 2**x and shift y em spans, x and y normal with standard deviation `size`.
    """
    drawn = torch.randn(2, len(cues), 1, generator=generator).to(cues.device) * size
    extent, edges = cues[:, :2], cues[:, 2:]
    return torch.cat([extent + drawn[0], edges * 2 ** drawn[0] + drawn[1]], dim=1)
