"""Four shapes of two strokes in noise: small enough for an embedder to learn in a second."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rasm.nets.embedder import Embedder
from rasm.training.embedder import Learner, embedding_task
from rasm.training.embedder_params import EmbedderParams
from rasm.training.task import Task
from tests.training.toy import SETTINGS
from tests.training.views.sections import section

CLASSES = np.repeat(np.arange(4), 5)
CPU = torch.device("cpu")


ARCFACE = {
    "kind": "arcface",
    "margin": 0.2,
    "scale": 10.0,
    "label_smoothing": 0.0,
    "ramp": [0.2, 0.6],
}


def params(**changes: Any) -> EmbedderParams:
    settings = {
        **SETTINGS,
        "epochs": 4,
        "batch_size": 16,
        "lr": 0.01,
        "views": section("glyphs"),
        "chosen_by": {"kind": "retrieval", "gallery": 4},
        "loss": ARCFACE,
        "backbone": {"kind": "small", "width": 4, "layout": 1},
        "head": {"kind": "linear"},
        "neck": False,
        "dimension": 8,
        "per_class": 4,
        "steps_per_epoch": 10,
        "views_per_picture": 1000,
        "accumulate": 1,
        "frozen_epochs": 0,
        "unfreeze_last": 0,
        "backbone_lr": 0.5,
        "fresh": False,
        "keep_every": 0,
    }
    return EmbedderParams.model_validate({**settings, **changes})


def learner(chosen: EmbedderParams, classes: int = 4) -> Learner:
    torch.manual_seed(0)
    network = Embedder(**chosen.architecture(1))
    return Learner(network, chosen.loss.build(classes, chosen.dimension))


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
    return {"val_recall_at_1": float((CLASSES[nearest] == CLASSES).mean())}


def task(
    chosen: EmbedderParams,
    validate: Callable[[nn.Module], dict[str, float]] = recall,
) -> Task:
    shown = pictures()

    def vary(rows: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(len(rows), 1, 16, 16, generator=generator)
        return shown[rows] + 0.1 * noise

    return embedding_task(vary, CLASSES, validate, chosen, CPU)
