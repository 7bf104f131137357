"""Features of pictures by Inception v3 (Szegedy et al. 2016), if its weights are there.

Those of ImageNet as torchvision has them: published FIDs use other weights of the same network, so
distances by these features compare with each other alone. Nothing is fetched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F
from torchvision import models

from rasm.inputs.pictures import PixelArray
from rasm.nets.imagenet import MEAN, STD

_SIDE = 299  # pixels that it reads
_CHUNK = 16


@dataclass(frozen=True)
class Inception:
    """The network without its classifier."""

    network: nn.Module
    device: torch.device

    @classmethod
    def load(cls, device: torch.device) -> Self:
        """Raises FileNotFoundError that says where the weights are to lie."""
        file = models.Inception_V3_Weights.IMAGENET1K_V1.url.rpartition("/")[2]
        path = f"{torch.hub.get_dir()}/checkpoints/{file}"
        try:
            state = torch.load(path, weights_only=True, map_location="cpu")
        except FileNotFoundError:
            raise FileNotFoundError(
                f"the weights of Inception are not here, and nothing is fetched: put {file}, which"
                f" PyTorch offers, at {path}, or take the features of the embedder"
            ) from None
        network = models.inception_v3(weights=None, transform_input=False, init_weights=False)
        network.load_state_dict(state)
        network.fc = nn.Identity()
        return cls(network.eval().to(device), device)

    def embed(self, pictures: Sequence[PixelArray]) -> NDArray[np.float32]:
        """Features (N, 2048) of pictures (H, W) or (H, W, 3) uint8, each stretched to a square."""
        mean, std = (torch.tensor(of).view(3, 1, 1) for of in (MEAN, STD))
        shown = []
        for picture in pictures:
            rgb = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
            tensor = torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 255
            square = F.interpolate(tensor, (_SIDE, _SIDE), mode="bilinear", antialias=True)[0]
            shown.append((square - mean) / std)
        with torch.inference_mode():
            parts = [
                self.network(part.to(self.device)).cpu()
                for part in torch.split(torch.stack(shown), _CHUNK)
            ]
        features: NDArray[np.float32] = torch.cat(parts).numpy()
        return features
