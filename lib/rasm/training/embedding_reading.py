"""A trained embedder at work: any pictures in, points on a sphere out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from rasm.nets.embedder import Embedder
from rasm.training.device import Compute, autocast, resolve
from rasm.training.gpus import Precision
from rasm.training.views import ViewParams, params_of, see
from rasm.training.weights import load_network, read_card

_CHUNK = 512  # pictures at a time


@dataclass(frozen=True)
class PictureEmbedder:
    """A network, how it wants its pictures, and the SHA-256 of its weights as `fingerprint`."""

    network: Embedder
    view: ViewParams
    fingerprint: str
    device: torch.device
    precision: Precision

    @classmethod
    def load(cls, folder: Path, compute: Compute) -> Self:
        """The embedder in a folder of weights.

        Raises FileNotFoundError when there are none, ValueError when they are of another network or
        of one that sees its pictures in no way known here.
        """
        params = params_of(folder, read_card(folder).get("view", {}))
        device, precision = resolve(compute)
        network = load_network(folder, Embedder).to(memory_format=torch.channels_last).to(device)
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        return cls(network, params, digest, device, precision)

    def embed(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embeddings (N, D) of unit length of pictures (H, W) or (H, W, 3) uint8.

        Any size, dark on light or light on dark; `rasm.raster.ink` says what is taken for ink.
        Raises ValueError naming the place, counted from 0, of a picture that is blank.
        """
        if not len(pictures):
            return np.zeros((0, self.network.dimension), dtype=np.float32)
        views = see(pictures, self.view, self.device)
        parts = []
        with torch.inference_mode(), autocast(self.device, self.precision):
            for rows in torch.split(torch.arange(len(pictures), device=self.device), _CHUNK):
                parts.append(self.network(views.clean(rows)).float().cpu().numpy())
        return np.concatenate(parts)
