"""The vision half of CLIP (Radford et al. 2021): pictures to the space that captions live in.

A vision transformer as published: patches and a class token with learnt places, norms before
attention and before the layers of each block, the fast GELU, and a projection of the class token.
Weights are read from the safetensors file of a CLIP model in the layout of Hugging Face, such as
that of `openai/clip-vit-base-patch32`; all sizes but the width of a head are read off the weights.
Rasm brings no such file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F

_VISION, _PROJECTION = "vision_model.", "visual_projection.weight"
_HEAD = 64  # features of a head of attention, in every published CLIP with a vision transformer
_MEAN, _DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class _Block(nn.Module):
    """Attention and two layers, each on top of what was there."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        parts = {f"{name}_proj": nn.Linear(width, width) for name in ("q", "k", "v", "out")}
        self.self_attn = nn.ModuleDict(parts)
        layers = {"fc1": nn.Linear(width, hidden), "fc2": nn.Linear(hidden, width)}
        self.mlp = nn.ModuleDict(layers)

    def forward(self, tokens: Tensor) -> Tensor:
        seen = self.layer_norm1(tokens)
        q, k, v = (
            self.self_attn[f"{name}_proj"](seen).unflatten(2, (-1, _HEAD)).transpose(1, 2)
            for name in "qkv"
        )  # (B, heads, tokens, 64)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        tokens = tokens + self.self_attn["out_proj"](mixed)
        bent = self.mlp["fc1"](self.layer_norm2(tokens))
        after: Tensor = tokens + self.mlp["fc2"](bent * torch.sigmoid(1.702 * bent))
        return after


class ClipVision(nn.Module):
    """(B, 3, H, W) pictures in [0, 1] to (B, dimension) features of unit length."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        patches = weights["embeddings.patch_embedding.weight"]  # (width, 3, P, P)
        places = weights["embeddings.position_embedding.weight"]  # (1 + side * side, width)
        width, self.patch = patches.shape[0], patches.shape[-1]
        self.side = self.patch * round((len(places) - 1) ** 0.5)
        hidden = weights["encoder.layers.0.mlp.fc1.weight"].shape[0]
        blocks = 1 + max(int(n.split(".")[2]) for n in weights if n.startswith("encoder.layers."))
        projection = weights[_PROJECTION]
        self.dimension = len(projection)
        self.patches = nn.Conv2d(3, width, self.patch, self.patch, bias=False)
        self.first, self.places = nn.Parameter(torch.zeros(width)), nn.Parameter(places.clone())
        # `pre_layrnorm` is how the published weights spell it.
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.blocks = nn.ModuleList(_Block(width, hidden) for _ in range(blocks))
        self.projection = nn.Linear(width, self.dimension, bias=False)
        names = {
            "patches.weight": "embeddings.patch_embedding.weight",
            "first": "embeddings.class_embedding",
            "places": "embeddings.position_embedding.weight",
            "projection.weight": _PROJECTION,
            **{f"before.{part}": f"pre_layrnorm.{part}" for part in ("weight", "bias")},
            **{f"after.{part}": f"post_layernorm.{part}" for part in ("weight", "bias")},
        }
        own = self.state_dict()
        self.load_state_dict(
            {n: weights[names.get(n, n.replace("blocks.", "encoder.layers."))].float() for n in own}
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """The vision half of a CLIP model's file.

        Raises FileNotFoundError that says where to get one, ValueError for another file.
        """
        if not path.is_file():
            raise FileNotFoundError(
                f"{path} is missing: CLIP features need the model.safetensors of a CLIP model with"
                " a vision transformer, such as openai/clip-vit-base-patch32; or train the ranker"
                " without (train_ranker.features.clip.kind=none)"
            )
        try:
            with safe_open(path, "pt") as file:
                held = [name for name in file.keys() if name.startswith(_VISION)]  # noqa: SIM118
                weights = {name.removeprefix(_VISION): file.get_tensor(name) for name in held}
                weights[_PROJECTION] = file.get_tensor(_PROJECTION)
            return cls(weights).eval()
        except (SafetensorError, KeyError, RuntimeError, ValueError) as error:
            raise ValueError(f"{path} holds no vision transformer of CLIP: {error}") from None

    def forward(self, pictures: Tensor) -> Tensor:
        """Features; pictures are brought to the side that the weights were trained with."""
        sized = F.interpolate(pictures, (self.side, self.side), mode="bicubic", antialias=True)
        mean, deviation = (torch.tensor(c, device=sized.device) for c in (_MEAN, _DEVIATION))
        even = (sized.clamp(0, 1) - mean[:, None, None]) / deviation[:, None, None]
        tokens = self.patches(even).flatten(2).transpose(1, 2)  # (B, side * side, width)
        first = self.first.expand(len(tokens), 1, -1)
        tokens = self.before(torch.cat([first, tokens], dim=1) + self.places)
        for block in self.blocks:
            tokens = block(tokens)
        return F.normalize(self.projection(self.after(tokens[:, 0])), dim=1)
