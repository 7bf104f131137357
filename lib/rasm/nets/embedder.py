"""Networks that place pictures on a sphere, so that pictures of one class are near.

A backbone makes one vector of a picture, a head makes an embedding of that. The backbones are those
of torchvision, whose ImageNet weights may be asked for, and a small one for two processor cores.
"""

from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision import models

from rasm.nets.imagenet import photograph
from rasm.nets.residual import Residual, without_strided_pointwise

Backbone = Literal[
    "small",
    "resnet18",
    "resnet50",
    "resnet101",
    "efficientnet_b0",
    "efficientnet_b3",
    "efficientnet_v2_s",
    "efficientnet_v2_m",
    "efficientnet_v2_l",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
]
Head = Literal["linear", "mlp"]
Weights = Literal["none", "IMAGENET1K_V1"]


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

    `channels` are those of the pictures, 1 or 3. torchvision's backbones read three, and are shown
    a grey picture as a photograph of it. `width` and `layout` are of the small backbone alone.
    `head` is one layer (`linear`), or two with dropout between (`mlp`, of the Siamese matcher).
    `neck` puts batch norm after it: fresh embeddings then lie all around the sphere, where they
    would crowd in one place and drift apart slowly (after the neck of Luo et al. 2019, Bag of
    tricks and a strong baseline for deep person re-identification).
    Raises ValueError for weights that do not exist, OSError for those that cannot be fetched.
    """

    def __init__(
        self,
        backbone: Backbone,
        dimension: int,
        head: Head = "linear",
        dropout: float = 0.0,
        channels: int = 1,
        width: int = 32,
        layout: int = 1,
        neck: bool = False,
        weights: Weights = "none",
    ) -> None:
        super().__init__()
        if channels not in (1, 3):
            raise ValueError(
                f"pictures of {channels} channels: an embedder reads grey (1) or RGB (3)"
            )
        self.dimension = dimension
        if backbone == "small":
            if weights != "none":
                raise ValueError("the small backbone has no ImageNet weights: set weights to none")
            self.backbone: nn.Module = Small(channels, width, layout)
            features, self.expands = self.backbone.features, False
        else:
            self.backbone, features = _from_torchvision(backbone, weights)
            self.expands = channels == 1
        layers: list[nn.Module] = [nn.Linear(features, dimension)]
        if head == "mlp":
            layers += [nn.ReLU(inplace=True), nn.Dropout(dropout), nn.Linear(dimension, dimension)]
        if neck:
            layers.append(nn.BatchNorm1d(dimension))
        self.head = nn.Sequential(*layers)
        # Strided convolutions copy maps into this order otherwise, forward and backward.
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        """Embeddings (B, dimension) float32, on the unit sphere.

        Pictures are float, as in training: ink in [0, 1], or channels as ImageNet's weights expect.
        """
        if self.expands:
            pictures = photograph(pictures)
        placed: Tensor = self.head(self.backbone(pictures))
        return F.normalize(placed.float(), dim=1)


def last_blocks(network: Embedder, count: int) -> list[nn.Module]:
    """The last `count` blocks of the backbone, all if it has fewer: what fine-tuning frees first.

    Blocks are the parts in a row that have weights: of a ResNet, layer1 to layer4 after the stem's
    convolution and norm; of the other families of torchvision, those of `features`.
    """
    backbone = network.backbone
    row = backbone.body if isinstance(backbone, Small) else getattr(backbone, "features", backbone)
    blocks = [part for part in row.children() if any(True for _ in part.parameters())]
    return blocks[max(0, len(blocks) - count) :]


def _from_torchvision(name: str, weights: Weights) -> tuple[nn.Module, int]:
    make: Any = getattr(models, name)
    try:
        network = without_strided_pointwise(make(weights=None if weights == "none" else weights))
    except OSError as error:
        file = models.get_model_weights(name)[weights].url.rpartition("/")[2]
        raise OSError(
            f"the ImageNet weights of {name} could not be fetched ({error}): without a connection"
            f" to PyTorch's server put {file} into {torch.hub.get_dir()}/checkpoints, or set"
            " weights to none"
        ) from None
    if name.startswith("resnet"):
        features = network.fc.in_features
        network.fc = nn.Identity()
    else:
        first = next(m for m in network.classifier.modules() if isinstance(m, nn.Linear))
        features = first.in_features
        network.classifier = nn.Identity()
    return network, features
