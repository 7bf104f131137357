"""Four shapes of two strokes in noise: small enough for an embedder to learn in a second."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from rasm.training.metric_losses import MetricLoss
from torch import Tensor, nn

from rasm.nets.embedder import Embedder
from rasm.training.embedder import EmbedderParams, Learner, embedding_task
from rasm.training.task import Task
from tests.training.toy import SETTINGS

CLASSES = np.repeat(np.arange(4), 5)
CPU = torch.device("cpu")


def params(**changes: Any) -> EmbedderParams:
    settings = {
        **SETTINGS,
        "epochs": 4,
        "batch_size": 16,
        "lr": 0.01,
        "backbone": "small",
        "weights": "none",
        "width": 4,
        "layout": 1,
        "neck": False,
        "head": "linear",
        "dimension": 8,
        "dropout": 0.0,
        "per_class": 4,
        "steps_per_epoch": 10,
        "accumulate": 1,
        "frozen_epochs": 0,
        "unfreeze_last": 0,
        "backbone_lr": 0.5,
        "keep_every": 0,
    }
    loss = {
        "kind": "arcface",
        "margin": 0.2,
        "scale": 10.0,
        "centers": 1,
        "label_smoothing": 0.0,
        "ramp": [0.2, 0.6],
    }
    loss |= changes.pop("loss", {})
    return EmbedderParams.model_validate({**settings, **changes, "loss": loss})


def learner(chosen: EmbedderParams, classes: int = 4) -> Learner:
    torch.manual_seed(0)
    network = Embedder(**chosen.architecture(1), weights=chosen.weights)
    return Learner(network, MetricLoss(chosen.loss, classes, chosen.dimension))


def pictures() -> Tensor:
    """Five pictures of each class, 16x16: two strokes that cross, meet, stand or lie, anywhere."""
    shapes = torch.zeros(4, 5, 5)
    shapes[0, 2], shapes[0, :, 2] = 1, 1
    shapes[1, 0], shapes[1, :, 0] = 1, 1
    shapes[2, :, 1], shapes[2, :, 3] = 1, 1
    shapes[3, 1], shapes[3, 3] = 1, 1
    generator = torch.Generator().manual_seed(3)
    drawn = 0.3 * torch.randn(20, 1, 16, 16, generator=generator)
    for row, (y, x) in enumerate(torch.randint(0, 11, (20, 2), generator=generator).tolist()):
        drawn[row, 0, y : y + 5, x : x + 5] += shapes[CLASSES[row]]
    return drawn


def recall(network: nn.Module) -> dict[str, float]:
    """Share of the pictures whose nearest other one is of their class."""
    embeddings = network(pictures())
    cosines = (embeddings @ embeddings.T).fill_diagonal_(-2)
    nearest = cosines.argmax(dim=1).numpy()
    return {"val_recall": float((CLASSES[nearest] == CLASSES).mean())}


def task(
    chosen: EmbedderParams,
    validate: Callable[[nn.Module], dict[str, float]] = recall,
) -> Task:
    shown = pictures()

    def views(rows: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(len(rows), 1, 16, 16, generator=generator)
        return shown[rows] + 0.1 * noise

    return embedding_task(views, CLASSES, validate, "val_recall", chosen, CPU)
