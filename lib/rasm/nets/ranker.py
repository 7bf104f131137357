"""The quality ranker: features of one picture to one number, the larger the more legible.

Of two pictures both go through the same tower, and what comes out of it is compared: a Siamese
network. A picture's embedding and score do not depend on what it is compared with.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import torch
from torch import Tensor, nn


def _exactly(features: Tensor) -> torch.autocast:
    """No mixed precision within: half of the digits would make equals of pictures much alike."""
    return torch.autocast(features.device.type, enabled=False)


class RankerNet(nn.Module):
    """(B, features) to scores (B,), by a tower of layers of `hidden` units and a linear head.

    Features come in groups, one after the other: `clip`, `cnn` (of the frozen embedder), `iqa`
    (measures of the picture), whose sizes are kept for the card. They differ in units, so each is
    first brought to mean 0 and deviation 1 of training, and kept within 5 deviations; then follows
    layer norm, where it is asked for. What features compare pictures with lies with the weights:
    `ideals` (C, D), the places of ideal letters.
    """

    mean: Tensor
    deviation: Tensor
    ideals: Tensor

    def __init__(
        self,
        clip_dim: int,
        cnn_dim: int,
        iqa_dim: int,
        hidden: Sequence[int],
        dropout: float,
        layer_norm: bool,
        ideals: Sequence[int],
    ) -> None:
        super().__init__()
        self.sizes = {"clip_dim": clip_dim, "cnn_dim": cnn_dim, "iqa_dim": iqa_dim}
        self.features = sum(self.sizes.values())
        if not self.features or not hidden:
            raise ValueError("a ranker needs features and a tower of one layer at least")
        self.hidden, self.dropout = tuple(hidden), dropout
        self.register_buffer("mean", torch.zeros(self.features))
        self.register_buffer("deviation", torch.ones(self.features))
        self.register_buffer("ideals", torch.zeros(tuple(ideals)))
        self.norm = nn.LayerNorm(self.features) if layer_norm else nn.Identity()
        layers: list[nn.Module] = []
        for before, after in zip((self.features, *hidden), hidden, strict=False):
            layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
        self.siamese_tower = nn.Sequential(*layers)
        self.comparison_head = nn.Linear(hidden[-1], 1)

    def standardize(self, features: Tensor) -> None:
        """Learn mean and deviation of features (N, features), those of training."""
        self.mean.copy_(features.mean(dim=0))
        self.deviation.copy_(features.std(dim=0).clamp_min(1e-6))

    def encode(self, features: Tensor) -> Tensor:
        """Embeddings (B, hidden[-1]) of features (B, features), each by itself."""
        even = ((features - self.mean) / self.deviation).clamp(-5, 5)
        with _exactly(features):
            embeddings: Tensor = self.siamese_tower(self.norm(even))
        return embeddings

    def forward(self, features: Tensor) -> Tensor:
        """Scores (B,) float32."""
        with _exactly(features):
            scores: Tensor = self.comparison_head(self.encode(features))
        return scores[:, 0]

    @property
    def metadata(self) -> dict[str, Any]:
        """What a card and a report say of the architecture; `of_metadata` reads it back."""
        parameters = sum(weight.numel() for weight in self.parameters())
        tower = " → ".join(map(str, self.hidden))
        return {
            "architecture_type": "siamese",
            "embedding_dim": self.hidden[-1],
            "input_dim": self.features,
            **self.sizes,
            "mlp_hidden_dims": list(self.hidden),
            "total_parameters": parameters,
            "architecture_summary": f"Features({self.features}) → Siamese({tower}) → Score(1)"
            f" [embedding_dim={self.hidden[-1]}]",
            "use_layernorm": isinstance(self.norm, nn.LayerNorm),
            "dropout": self.dropout,
            "ideals": list(self.ideals.shape),
        }

    @classmethod
    def of_metadata(cls, **metadata: Any) -> Self:
        """The network of a card, its weights not yet loaded.

        Raises TypeError where the card is of another kind of network, or of an older one.
        """
        made = cls._made(metadata)
        if made is None or made.metadata != metadata:
            raise TypeError("this is no card of a Siamese ranker of pictures: train it anew")
        return made

    @classmethod
    def _made(cls, metadata: Mapping[str, Any]) -> Self | None:
        sizes = ("clip_dim", "cnn_dim", "iqa_dim")
        needed = (*sizes, "mlp_hidden_dims", "dropout", "use_layernorm", "ideals")
        if any(name not in metadata for name in needed):
            return None
        return cls(
            **{name: metadata[name] for name in sizes},
            hidden=metadata["mlp_hidden_dims"],
            dropout=metadata["dropout"],
            layer_norm=metadata["use_layernorm"],
            ideals=metadata["ideals"],
        )
