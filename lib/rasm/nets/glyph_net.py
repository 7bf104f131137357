"""What every glyph classifier is: an encoder that makes one vector of a glyph, and a head.

The head is linear, or cosine: then a logit is `cosine_scale` times the cosine of the angle between
features and class, which is what margins are defined on. A margin is no part of the network: it
belongs to the loss, so that logits mean the same in training, in validation and in use.

Size cues come in here. Tight scaling makes a picture of the shape alone; how large a glyph is in
its font, and where it stands, are numbers beside the picture.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CUES = 4  # numbers that describe a glyph's box, as `rasm.raster.size_cues` gives them


_CUE_FEATURES = 32


class GlyphHead(nn.Module):
    """Features (B, F) and, if it is made for them, size cues (B, 4) to logits (B, classes)."""

    def __init__(
        self,
        features: int,
        classes: int,
        dropout: float,
        *,
        cosine_scale: float | None,
        size_cues: bool,
    ) -> None:
        super().__init__()
        self.features, self.cosine_scale = features, cosine_scale
        self.dropout = nn.Dropout(dropout)
        self.cues = (
            nn.Sequential(
                nn.Linear(CUES, _CUE_FEATURES),
                nn.ReLU(inplace=True),
                nn.Linear(_CUE_FEATURES, _CUE_FEATURES),
            )
            if size_cues
            else None
        )
        width = features + (_CUE_FEATURES if size_cues else 0)
        self.linear = nn.Linear(width, classes, bias=cosine_scale is None)

    @property
    def weight(self) -> Tensor:
        """What features are multiplied with, (classes, F); features of cues, if any, come last."""
        if self.cosine_scale is None:
            return self.linear.weight
        return self.cosine_scale * F.normalize(self.linear.weight.float())

    def forward(self, features: Tensor, cues: Tensor | None = None) -> Tensor:
        """Logits (B, classes). A head without use for cues does not look at them.

        Raises ValueError when the head was made for cues and gets none.
        """
        features = self.dropout(features)
        if self.cues is not None:
            if cues is None:
                raise ValueError(
                    "this network was trained with size cues, which a bare picture lacks: give it"
                    " cues, or train one without"
                )
            features = torch.cat([features, self.cues(cues)], dim=1)
        if self.cosine_scale is None:
            logits: Tensor = self.linear(features)
            return logits
        # In bf16 a cosine near 1 moves in steps of 1/256: after scaling, more than a tenth.
        with torch.autocast(features.device.type, enabled=False):
            return F.linear(F.normalize(features.float()), self.weight)


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
