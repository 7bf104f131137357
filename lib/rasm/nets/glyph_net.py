"""What every glyph classifier is: an encoder that makes one vector of a glyph, and a head."""

from torch import Tensor, nn

from rasm.nets.head import GlyphHead


class GlyphNet(nn.Module):
    """Inputs (B, ...) to (B, classes) logits; subclasses define `encode` and `head`."""

    head: GlyphHead

    def encode(self, inputs: Tensor) -> Tensor:
        """Glyph vectors (B, F)."""
        raise NotImplementedError

    def forward(self, inputs: Tensor, cues: Tensor | None = None) -> Tensor:
        """Logits (B, classes), of inputs and of size cues (B, 4) where the head reads them."""
        logits: Tensor = self.head(self.encode(inputs), cues)
        return logits
