"""Losses of embeddings in the plane, whose angles and distances a reader can check."""

from typing import Any

import torch
from torch import Tensor

from rasm.losses.embedding import EmbeddingLoss
from rasm.training.embedder_params import embedding_loss_params

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
_SOFTMAX = {"scale": 2.0, "label_smoothing": 0.0}
_ARCFACE = {**_SOFTMAX, "margin": 0.5, "ramp": [0.5, 0.5]}
SECTIONS: dict[str, dict[str, Any]] = {
    "softmax": _SOFTMAX,
    "arcface": _ARCFACE,
    "subcenter_arcface": {**_ARCFACE, "centers": 2},
    "proxy_anchor": {"scale": 2.0, "margin": 0.5},
    "contrastive": {"margin": 0.5},
    "siamese": {"margin": 0.5},
    "triplet": {"margin": 0.5},
    "multi_similarity": {"margin": 0.5},
}
"""Angular margins are there in the second half of training alone."""


def loss_of(kind: str, classes: int = 2, **changes: Any) -> EmbeddingLoss:
    torch.manual_seed(0)
    section = {"kind": kind, **SECTIONS[kind], **changes}
    return embedding_loss_params(section).build(classes, dimension=2)


def value(loss: EmbeddingLoss, points: Any, labels: Any, progress: float = 0.0) -> float:
    return float(loss(torch.tensor(points), torch.tensor(labels), progress).detach())


def circle(count: int = 8) -> Tensor:
    angles = torch.linspace(0.1, 6, count)
    return torch.stack([angles.cos(), angles.sin()], dim=1)
