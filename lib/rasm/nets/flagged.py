"""A glyph classifier that is asked for marks too while it learns.

The second layer helps to train the features and is no part of the network: its weights are left
behind, and whoever uses the network need not know.
"""

from torch import Tensor, nn

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
