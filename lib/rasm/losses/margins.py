"""Margins: the right class must win by more than it will have to in use.

A margin is a pure function of honest cosine logits and targets, applied in the loss alone. The
network never knows of it, so validation logits, and with them the validation loss, mean the same
whatever the margin. It starts at 0 and is ramped up: asked for from the start, it keeps a network
that knows nothing yet from learning (seed 001, section 19.4).
"""

import math
from typing import Annotated, Literal

import torch
from pydantic import AfterValidator, BaseModel, Field
from torch import Tensor


def _rising(ramp: tuple[float, float]) -> tuple[float, float]:
    start, end = ramp
    if not 0 <= start <= end <= 1:
        raise ValueError(f"ramp {list(ramp)} must be two shares of training, rising")
    return ramp


Ramp = Annotated[tuple[float, float], AfterValidator(_rising)]
"""Shares of training in [0, 1] at which something starts and is full."""


def ramped(full: float, ramp: Ramp, progress: float) -> float:
    """What of `full` counts when a share `progress` in [0, 1) of training is done."""
    start, end = ramp
    if progress >= end:
        return full
    if progress <= start:
        return 0.0
    return full * (progress - start) / (end - start)


class NoMargin(BaseModel, frozen=True, extra="forbid"):
    """A linear head, and the plain cross-entropy."""

    kind: Literal["none"]

    @property
    def cosine_scale(self) -> None:
        """A linear head has none."""
        return None

    def lowered(self, logits: Tensor, targets: Tensor, progress: float) -> Tensor:
        """The logits as they are."""
        return logits


class CosineMargin(BaseModel, frozen=True, extra="forbid"):
    """A cosine head, and a margin on the angle or on the cosine."""

    kind: Literal["arcface", "cosface"]
    size: float = Field(ge=0, le=1)
    """Of the full margin: radians (arcface) or cosine (cosface)."""
    scale: float = Field(gt=0)
    ramp: Ramp

    @property
    def cosine_scale(self) -> float:
        """Scale of the head that the margin needs."""
        return self.scale

    def at(self, progress: float) -> float:
        """Margin when a share `progress` in [0, 1) of training is done."""
        return ramped(self.size, self.ramp, progress)

    def lowered(self, logits: Tensor, targets: Tensor, progress: float) -> Tensor:
        """Logits (B, classes) as the loss is to see them at this point of training."""
        return with_margin(logits, targets, self.kind, self.at(progress), self.scale)


Margin = Annotated[NoMargin | CosineMargin, Field(discriminator="kind")]


def with_margin(
    logits: Tensor, targets: Tensor, kind: Literal["arcface", "cosface"], size: float, scale: float
) -> Tensor:
    """Logits (B, classes), `scale` times cosines, with the target's lowered by a margin of `size`.

    CosFace (Wang et al. 2018): scale (cos theta - m). ArcFace (Deng et al. 2019):
    scale cos(theta + m), and scale (cos theta - m sin m) where theta + m would pass pi.
    """
    if size == 0:
        return logits
    logits = logits.float()
    cosine = logits.gather(1, targets[:, None]) / scale
    if kind == "cosface":
        lowered = cosine - size
    else:
        # The sine has no slope at 0 and pi.
        cosine = cosine.clamp(-1 + 1e-6, 1 - 1e-6)
        turned = cosine * math.cos(size) - (1 - cosine**2).sqrt() * math.sin(size)
        lowered = torch.where(cosine > -math.cos(size), turned, cosine - size * math.sin(size))
    return logits.scatter(1, targets[:, None], scale * lowered)
