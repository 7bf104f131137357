"""Margins: the right class must win by more than it will have to in use.

A margin is a pure function of honest cosine logits and targets, applied in the loss alone. The
network never knows of it, so validation logits, and with them the validation loss, mean the same
whatever the margin. It starts at 0 and is ramped up: asked for from the start, it keeps a network
that knows nothing yet from learning (seed 001, section 19.4).
"""

import math
from typing import Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor

from rasm.training.ramp import Ramp, ramped


class Margin(BaseModel, frozen=True, extra="forbid"):
    """Block `margin` of a training section; `kind` none keeps a linear head."""

    kind: Literal["none", "arcface", "cosface"]
    size: float = Field(ge=0, le=1)
    scale: float = Field(gt=0)
    ramp: Ramp

    @property
    def cosine_scale(self) -> float | None:
        """Scale of the head that the margin needs; None: a linear head."""
        return None if self.kind == "none" else self.scale

    def at(self, progress: float) -> float:
        """Margin when a share `progress` in [0, 1) of training is done."""
        return ramped(self.size, self.ramp, progress)


def with_margin(logits: Tensor, targets: Tensor, margin: Margin, progress: float) -> Tensor:
    """Logits (B, classes) as the loss is to see them: the target's lowered by the margin.

    CosFace (Wang et al. 2018): scale (cos theta - m). ArcFace (Deng et al. 2019):
    scale cos(theta + m), and scale (cos theta - m sin m) where theta + m would pass pi.
    """
    size = margin.at(progress)
    if margin.kind == "none" or size == 0:
        return logits
    logits = logits.float()
    cosine = logits.gather(1, targets[:, None]) / margin.scale
    if margin.kind == "cosface":
        lowered = cosine - size
    else:
        # The sine has no slope at 0 and pi.
        cosine = cosine.clamp(-1 + 1e-6, 1 - 1e-6)
        turned = cosine * math.cos(size) - (1 - cosine**2).sqrt() * math.sin(size)
        lowered = torch.where(cosine > -math.cos(size), turned, cosine - size * math.sin(size))
    return logits.scatter(1, targets[:, None], margin.scale * lowered)
