"""Size cues disturbed: the next font will have other metrics.

Within a font the em span is one number, so without noise a network could read the font, and with it
the glyph, off the exact values.
"""

import torch
from torch import Tensor


def disturb_cues(cues: Tensor, size: float, generator: torch.Generator) -> Tensor:
    """Resize and shift each glyph's box; cues (B, 4) as `GlyphRecord.size_cues` gives them.

    Factor 2**x and shift y em spans, x and y normal with standard deviation `size`.
    """
    drawn = torch.randn(2, len(cues), 1, generator=generator).to(cues.device) * size
    extent, edges = cues[:, :2], cues[:, 2:]
    return torch.cat([extent + drawn[0], edges * 2 ** drawn[0] + drawn[1]], dim=1)
