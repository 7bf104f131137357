"""Backbones of torchvision, with the weights of ImageNet where they are asked for."""

from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn
from torchvision import models

from rasm.nets.imagenet import photograph
from rasm.nets.residual import without_strided_pointwise

TorchvisionName = Literal[
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


class TorchvisionBackbone(nn.Module):
    """(B, C, S, S) pictures to (B, features); one channel is shown as a photograph of ink."""

    def __init__(self, name: str, channels: int) -> None:
        super().__init__()
        if name not in get_args(TorchvisionName):
            raise ValueError(
                f"no backbone {name!r}: there are {', '.join(get_args(TorchvisionName))}"
            )
        self.name, self.expands = name, channels == 1
        network = without_strided_pointwise(getattr(models, name)(weights=None))
        self.body, self.features = _without_classifier(name, network)

    def forward(self, pictures: Tensor) -> Tensor:
        """Vectors (B, features)."""
        vectors: Tensor = self.body(photograph(pictures) if self.expands else pictures)
        return vectors

    def start_from(self, weights: str) -> None:
        """Take over trained weights, such as IMAGENET1K_V1.

        Raises OSError for those that cannot be fetched, which says how to bring them.
        """
        known = models.get_model_weights(self.name)[weights]
        try:
            state = known.get_state_dict(progress=False, check_hash=True)
        except OSError as error:
            file = known.url.rpartition("/")[2]
            raise OSError(
                f"the ImageNet weights of {self.name} could not be fetched ({error}): without a"
                f" connection to PyTorch's server put {file} into"
                f" {torch.hub.get_dir()}/checkpoints, or set weights to none"
            ) from None
        wanted = self.body.state_dict()
        self.body.load_state_dict({name: state[name] for name in wanted})


def _without_classifier(name: str, network: Any) -> tuple[nn.Module, int]:
    if name.startswith("resnet"):
        features = network.fc.in_features
        network.fc = nn.Identity()
        return network, features
    first = next(m for m in network.classifier.modules() if isinstance(m, nn.Linear))
    network.classifier = nn.Identity()
    return network, first.in_features
