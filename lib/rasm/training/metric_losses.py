"""What embeddings are trained by: the losses and miners of pytorch-metric-learning, by name.

Two families. Losses of pairs and triplets (contrastive, triplet, multi_similarity) compare the
pictures of a batch, so a batch must hold several of each class, and a miner picks the instructive
ones. Losses of proxies (softmax, arcface, subcenter_arcface, proxy_anchor) learn a place for each
class beside the network and compare pictures with those.

A margin is what the right class must win by. It grows from 0 over `ramp` in the two ArcFace losses,
so that the same layer first learns as a softmax and its weights go on (Deng et al. 2019).

A picture mixed of two classes belongs to both by its shares. What it costs is the mean of what it
would cost as either, weighted by its shares; without margin, that is the cross-entropy of the
shares. Losses that ask whether two pictures are of one class have no answer for it.
"""

import math
from typing import Any, Literal, Self

import torch
from pydantic import BaseModel, Field, model_validator
from pytorch_metric_learning import losses, miners
from torch import Tensor, nn

from rasm.training.ramp import Ramp, ramped

LossName = Literal[
    "contrastive",
    "triplet",
    "multi_similarity",
    "softmax",
    "arcface",
    "subcenter_arcface",
    "proxy_anchor",
]
_ANGULAR = ("arcface", "subcenter_arcface")
_SOFTMAXES = ("softmax", *_ANGULAR)
_START = 0.036  # standard deviation of a class's place, about that of a linear layer


class LossParams(BaseModel, frozen=True, extra="forbid"):
    """Which loss, and its numbers; a loss ignores those that it has no use for."""

    kind: LossName
    margin: float = Field(ge=0)
    """A distance (contrastive: the least of two classes; triplet: by how much the other class is
    farther), an angle in radians (arcface, subcenter_arcface), or a cosine (multi_similarity: the
    miner's epsilon; proxy_anchor: around its boundary). softmax has none."""
    scale: float = Field(gt=0)
    """What cosines are multiplied by in the losses of proxies (proxy_anchor: its alpha)."""
    centers: int = Field(ge=1)
    """Places of each class (subcenter_arcface)."""
    label_smoothing: float = Field(ge=0, lt=1)
    """Share of a target that is spread over all classes (softmax, arcface, subcenter_arcface)."""
    ramp: Ramp
    """Shares of training at which the margin (arcface, subcenter_arcface) starts and is full."""

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.kind in _ANGULAR and self.margin > math.pi / 2:
            raise ValueError(f"margin {self.margin} of {self.kind} is an angle in radians: <= pi/2")
        return self

    @property
    def needs_pairs(self) -> bool:
        """Whether a batch must hold several pictures of a class."""
        return self.kind in ("contrastive", "triplet", "multi_similarity")

    def check_takes_shares(self) -> None:
        """Raise ValueError where a picture can only belong to one class."""
        if self.kind not in _SOFTMAXES:
            raise ValueError(
                f"loss {self.kind} takes no pictures that are mixed of two classes: train without"
                f" MixUp and CutMix, or by one of {', '.join(_SOFTMAXES)}"
            )

    def angle(self, progress: float) -> float:
        """The angular margin, radians, when a share `progress` in [0, 1) of training is done."""
        return ramped(self.margin, self.ramp, progress)


class MetricLoss(nn.Module):
    """Embeddings (B, D) of unit length and labels (B,) int64 in [0, classes) to a scalar.

    softmax, arcface and subcenter_arcface also take shares (B, classes) float, each row's sum 1.

    contrastive: mean distance of the pairs of a class that are apart, plus mean of (margin -
    distance) of the pairs of two classes that are nearer. triplet: the farthest of the own class
    and the nearest of another for each picture (Hermans et al. 2017). multi_similarity: Wang et al.
    2019, proxy_anchor: Kim et al. 2020, subcenter_arcface: Deng et al. 2020. softmax is the
    cross-entropy of `scale` times the cosines to the places of the classes.
    """

    def __init__(self, params: LossParams, classes: int, dimension: int) -> None:
        super().__init__()
        self.params = params
        self.miner: nn.Module | None = None
        kind, margin, scale = params.kind, params.margin, params.scale
        if kind == "contrastive":
            self.loss: Any = losses.ContrastiveLoss(pos_margin=0, neg_margin=margin)
        elif kind == "triplet":
            self.loss, self.miner = losses.TripletMarginLoss(margin), miners.BatchHardMiner()
        elif kind == "multi_similarity":
            self.loss = losses.MultiSimilarityLoss()
            self.miner = miners.MultiSimilarityMiner(epsilon=margin)
        elif kind == "proxy_anchor":
            self.loss = losses.ProxyAnchorLoss(classes, dimension, margin=margin, alpha=scale)
        elif kind == "subcenter_arcface":
            self.loss = losses.SubCenterArcFaceLoss(
                num_classes=classes,  # it reads these two by name alone
                embedding_size=dimension,
                margin=0,
                scale=scale,
                sub_centers=params.centers,
            )
        else:
            self.loss = losses.ArcFaceLoss(classes, dimension, margin=0, scale=scale)
        if kind in _SOFTMAXES:
            self.loss.cross_entropy = nn.CrossEntropyLoss(
                reduction="none", label_smoothing=params.label_smoothing
            )
            # Only directions count, and a step of Adam turns a short vector farther: from the
            # library's standard deviation of 1 the places of thousands of classes hardly move.
            nn.init.normal_(self.loss.W, std=_START)

    def forward(self, embeddings: Tensor, labels: Tensor, progress: float) -> Tensor:
        """The loss when a share `progress` of all steps is done.

        Raises ValueError for shares where the loss takes none.
        """
        if self.params.kind in _ANGULAR:
            self.loss.margin = self.params.angle(progress)
        # Cosines near 1 are worth more than the three digits of bf16.
        with torch.autocast(embeddings.device.type, enabled=False):
            embeddings = embeddings.float()
            if labels.is_floating_point():
                return self._of_shares(embeddings, labels)
            mined = self.miner(embeddings, labels) if self.miner else None
            value: Tensor = self.loss(embeddings, labels, mined)
        return value

    def _of_shares(self, embeddings: Tensor, shares: Tensor) -> Tensor:
        self.params.check_takes_shares()
        rows, classes = shares.nonzero(as_tuple=True)
        seen = embeddings[rows]
        parts = self.loss.compute_loss(seen, classes, None, seen, classes)  # before its mean
        costs: Tensor = parts["loss"]["losses"] * shares[rows, classes]
        return costs.sum() / len(shares)


def reachable_margin(classes: int) -> float:
    """The largest distance that all pairs of N >= 2 points on the unit sphere can have at once.

    It is sqrt(2 N / (N - 1)), that of a regular simplex, which has room from N - 1 dimensions on; a
    contrastive margin above asks for what cannot be.
    """
    return math.sqrt(2 * classes / (classes - 1))
