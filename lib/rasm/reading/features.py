"""Glyph classifiers at work: what they make of pictures before they name a class."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.inputs.examples import Examples, plain_rasters
from rasm.nets.glyph_net import GlyphNet
from rasm.nets.raster_cnn import RasterCNN
from rasm.reading.logits import predict
from rasm.trust.outliers import Seen

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_NO_LABELS = np.zeros(0, dtype=np.int64)
_BATCH = 1024


class WithFeatures(nn.Module):
    """The logits of a network, and after them its features: (B, classes + F)."""

    def __init__(self, network: GlyphNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, inputs: Tensor, cues: Tensor | None = None) -> Tensor:
        """As the network's; both in float32."""
        features = self.network.encode(inputs)
        return torch.cat([self.network.head(features, cues).float(), features.float()], dim=1)


def parted(both: NDArray[np.float32], classes: int) -> Seen:
    """The logits and features (N, classes + F) of `WithFeatures` apart."""
    return Seen(features=both[:, classes:], logits=both[:, :classes])


def see(
    network: RasterCNN,
    packed: NDArray[np.uint8],
    cues: NDArray[np.float32],
    fabric: "Fabric",
    progress: Callable[[range], Iterable[int]] = iter,
) -> Seen:
    """What the baseline makes of packed masks (N, bytes).

    `cues` are (N, 4), or (1, 4) for all: bare pictures have none of their own, which matters where
    the network reads them. `progress` watches batches pass.
    """
    model = WithFeatures(network).to(fabric.device)
    told = torch.from_numpy(cues).expand(len(packed), -1).to(fabric.device)
    inputs = torch.from_numpy(packed).to(fabric.device)
    prepare, parts = plain_rasters(network.channels), list[Tensor]()
    with torch.inference_mode(), fabric.autocast():
        for start in progress(range(0, len(packed), _BATCH)):
            rows = slice(start, start + _BATCH)
            parts.append(predict(model, Examples(inputs[rows], _NO_LABELS, prepare, told[rows])))
    return parted(torch.cat(parts).numpy(), network.head.weight.shape[0])
