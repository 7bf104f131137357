"""Networks that place pictures on a sphere, so that pictures of one class are near.

A backbone makes one vector of a picture, a head makes an embedding of that. The backbones are those
of torchvision, whose ImageNet weights may be asked for, and a small one for two processor cores.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.residual import Residual


class Small(nn.Module):
    """(B, C, S, S) pictures to (B, features): a residual CNN of 1.2 M parameters at width 32.

    The last maps are averaged over each of `layout` x `layout` parts of the picture: a letter is
    where its strokes lie, which the mean over all of it tells only indirectly.
    """

    def __init__(self, channels: int, width: int, layout: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 5, 2, 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            Residual(width, 2 * width, 2),
            Residual(2 * width, 4 * width, 2),
            Residual(4 * width, 8 * width, 2),
        )
        self.layout = layout
        self.features = 8 * width * layout**2

    def forward(self, pictures: Tensor) -> Tensor:
        """Vectors (B, features)."""
        maps = self.body(pictures)
        return F.adaptive_avg_pool2d(maps, self.layout).flatten(1)


class Embedder(nn.Module):
    """(B, C, S, S) pictures to (B, dimension) embeddings of unit length.

    `backbone` is {kind: small, width, layout} or {kind: torchvision, name}, `channels` are those of
    the pictures, 1 or 3. torchvision's backbones read three, and are shown a grey picture as a
    photograph of it. `head` is one layer {kind: linear}, or two with dropout between {kind: mlp,
    dropout} (of the Siamese matcher). `neck` puts batch norm after it: fresh embeddings then lie
    all around the sphere, where they would crowd in one place and drift apart slowly (after the
    neck of Luo et al. 2019, Bag of tricks and a strong baseline for deep person
    re-identification).
    """

    def __init__(
        self,
        backbone: Mapping[str, Any],
        head: Mapping[str, Any],
        dimension: int,
        neck: bool,
        channels: int,
    ) -> None:
        super().__init__()
        if channels not in (1, 3):
            raise ValueError(
                f"pictures of {channels} channels: an embedder reads grey (1) or RGB (3)"
            )
        self.dimension = dimension
        self.backbone, features = _backbone(backbone, channels)
        layers: list[nn.Module] = [nn.Linear(features, dimension)]
        if head["kind"] == "mlp":
            hidden = [nn.ReLU(inplace=True), nn.Dropout(head["dropout"])]
            layers += [*hidden, nn.Linear(dimension, dimension)]
        if neck:
            layers.append(nn.BatchNorm1d(dimension))
        self.head = nn.Sequential(*layers)
        # Strided convolutions copy maps into this order otherwise, forward and backward.
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        """Embeddings (B, dimension) float32, on the unit sphere.

        Pictures are float, as in training: ink in [0, 1], or channels as ImageNet's weights expect.
        """
        placed: Tensor = self.head(self.backbone(pictures))
        return F.normalize(placed.float(), dim=1)


def _backbone(section: Mapping[str, Any], channels: int) -> tuple[nn.Module, int]:
    """The backbone and its features."""
    kind = section["kind"]
    match kind:
        case "small":
            small = Small(channels, section["width"], section["layout"])
            return small, small.features
        case "torchvision":
            from rasm.nets.torchvision_backbone import TorchvisionBackbone

            made = TorchvisionBackbone(section["name"], channels)
            return made, made.features
    raise ValueError(f"there is no backbone {kind!r}; there are small and torchvision")


def last_blocks(network: Embedder, count: int) -> list[nn.Module]:
    """The last `count` blocks of the backbone, all if it has fewer: what fine-tuning frees first.

    Blocks are the parts in a row that have weights: of a ResNet, layer1 to layer4 after the stem's
    convolution and norm; of the other families of torchvision, those of `features`.
    """
    row: Any = network.backbone.body
    if not isinstance(network.backbone, Small):
        row = getattr(row, "features", row)
    blocks = [part for part in row.children() if any(True for _ in part.parameters())]
    return blocks[max(0, len(blocks) - count) :]
