"""A place for each class on the sphere, and the cross-entropy of the cosines to all of them.

`softmax` is that alone; `arcface` asks for an angle in addition by which the right class must win
(Deng et al. 2019); `subcenter_arcface` gives a class several places, of which the nearest counts
(Deng et al. 2020). The margin grows from 0 over `ramp`, so that the same layer first learns as a
softmax and its places go on.

A picture mixed of two classes belongs to both by its shares. What it costs is the mean of what it
would cost as either, weighted by its shares; without margin, that is the cross-entropy of the
shares.
"""

import math
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.losses.embedding import EmbeddingLoss, EmbeddingLossParams
from rasm.losses.margins import Ramp, ramped, with_margin

_START = 0.036  # standard deviation of a class's place, about that of a linear layer


class SoftmaxParams(EmbeddingLossParams, frozen=True, extra="forbid"):
    """`scale` multiplies cosines; `label_smoothing` of a target is spread over all classes."""

    kind: Literal["softmax"]
    scale: float = Field(gt=0)
    label_smoothing: float = Field(ge=0, lt=1)

    takes_shares: ClassVar[bool] = True

    def build(self, classes: int, dimension: int) -> "Proxies":
        """It learns a place for each class."""
        return Proxies(self, classes, dimension)

    @property
    def places(self) -> int:
        """Places of a class."""
        return 1

    def angle(self, progress: float) -> float:
        """The angular margin, radians, when a share `progress` in [0, 1) of training is done."""
        return 0.0


class ArcFaceParams(SoftmaxParams, frozen=True, extra="forbid"):
    """`margin` in radians, nothing before the first share of `ramp` and full after the second."""

    kind: Literal["arcface"]  # type: ignore[assignment]
    margin: float = Field(ge=0, le=math.pi / 2)
    ramp: Ramp

    def angle(self, progress: float) -> float:
        """The angular margin, radians, when a share `progress` in [0, 1) of training is done."""
        return ramped(self.margin, self.ramp, progress)


class SubcenterArcFaceParams(ArcFaceParams, frozen=True, extra="forbid"):
    """`centers` are the places of a class."""

    kind: Literal["subcenter_arcface"]  # type: ignore[assignment]
    centers: int = Field(ge=1)

    @property
    def places(self) -> int:
        """Places of a class."""
        return self.centers


class Proxies(EmbeddingLoss):
    """Labels are (B,) int64, or shares (B, classes) float, each row's sum 1."""

    def __init__(self, params: SoftmaxParams, classes: int, dimension: int) -> None:
        super().__init__()
        self.params = params
        # Only directions count, and a step of Adam turns a short vector farther: at a standard
        # deviation of 1 the places of thousands of classes hardly move.
        self.proxies = nn.Parameter(_START * torch.randn(classes, params.places, dimension))

    def cost(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Mean over pictures."""
        logits = self.logits(embeddings)
        if not labels.is_floating_point():
            return self._costs(logits, labels, progress).mean()
        rows, classes = labels.nonzero(as_tuple=True)
        costs = self._costs(logits[rows], classes, progress) * labels[rows, classes]
        return costs.sum() / len(labels)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Cosines (B, classes) to the nearest place of each class, times `scale`."""
        places = F.normalize(self.proxies, dim=2).flatten(0, 1)
        logits = (self.params.scale * F.normalize(embeddings, dim=1)) @ places.T
        if self.params.places == 1:  # a maximum over one place is slow, and its gradient slower
            return logits
        nearest: Tensor = logits.reshape(len(embeddings), *self.proxies.shape[:2]).amax(dim=2)
        return nearest

    def _costs(self, logits: Tensor, classes: Tensor, progress: float) -> Tensor:
        angle = self.params.angle(progress)
        lowered = with_margin(logits, classes, "arcface", angle, self.params.scale)
        return F.cross_entropy(
            lowered, classes, reduction="none", label_smoothing=self.params.label_smoothing
        )
