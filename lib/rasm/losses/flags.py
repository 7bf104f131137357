"""Flags of marks, learnt beside the class: dots, hamza, madda and others that a letter carries.

The second layer helps to train the features and is no part of the network: its weights are left
behind, and whoever uses the network need not know.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.glyph_net import GlyphNet


class Flagged(nn.Module):
    """The network's logits; in training, with them the logits of flags on the same features.

    One output more in training alone is how Inception has it (Szegedy et al. 2015).
    """

    def __init__(self, network: GlyphNet, flags: int) -> None:
        super().__init__()
        self.network = network
        self.flags = nn.Linear(network.head.features, flags)

    def forward(self, inputs: Tensor, cues: Tensor | None = None) -> Tensor | tuple[Tensor, Tensor]:
        """Logits (B, classes); in training (logits, flag logits (B, flags))."""
        features = self.network.encode(inputs)
        logits: Tensor = self.network.head(features, cues)
        return (logits, self.flags(features)) if self.training else logits


def flag_loss(marks: Tensor, flags: Tensor) -> Tensor:
    """Mean binary cross-entropy of flag logits (B, flags) where the flag is known, not NaN."""
    known = ~flags.isnan()
    every = F.binary_cross_entropy_with_logits(marks.float(), flags.nan_to_num(), reduction="none")
    return (every * known).sum() / known.sum().clamp_min(1)
