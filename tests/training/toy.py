"""A problem small enough to learn in a second, and a machine that is the same everywhere."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.training.glyphs import ClassifierParams
from rasm.training.task import FitParams, Task, shuffled_batches

Item = TypeVar("Item")


def fabric() -> Fabric:
    return make_fabric(Compute(accelerator="cpu", precision="32-true", compile=False))


SETTINGS: dict[str, Any] = {
    "epochs": 5,
    "batch_size": 20,
    "optimizer": {"kind": "adamw"},
    "lr": 0.05,
    "weight_decay": 0.001,
    "schedule": {"kind": "cosine"},
    "warmup_share": 0.1,
    "early_stop_patience": 5,
    "clip_norm": 1.0,
    "average": 0.0,
}


def params(**changes: Any) -> FitParams:
    return FitParams(**{**SETTINGS, **changes})


def glyph_params(**changes: Any) -> ClassifierParams:
    """Nothing but the class is learnt, and the head is linear."""
    plain = {
        "dropout": 0.0,
        "label_smoothing": 0.0,
        "margin": {"kind": "none"},
        "aux_weight": 0.0,
        "size_cues": False,
        "cue_noise": 0.0,
    }
    return ClassifierParams(**{**SETTINGS, **plain, **changes})


def silent(
    iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
) -> Iterator[Item]:
    """A progress bar that shows nothing."""
    yield from iterable


def network() -> nn.Module:
    """With batch norm and dropout, whose states a resumed run must have too."""
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 2)
    )


def quadrants(count: int = 200) -> tuple[Tensor, Tensor]:
    """Points of the plane; class 1 where both coordinates have the same sign."""
    points = torch.randn(count, 2, generator=torch.Generator().manual_seed(2))
    return points, (points[:, 0] * points[:, 1] > 0).long()


def quadrant_task() -> Task:
    points, classes = quadrants()

    def batches(generator: torch.Generator) -> Iterator[tuple[Tensor, ...]]:
        for index in shuffled_batches(len(points), 20, generator):
            noise = 0.01 * torch.randn(len(index), 2, generator=generator)
            yield points[index] + noise, classes[index]

    def loss(model: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        return nn.functional.cross_entropy(model(batch[0]), batch[1])

    def validate(model: nn.Module) -> dict[str, float]:
        return {"val_top1": float((model(points).argmax(dim=1) == classes).float().mean())}

    return Task(batches, 10, loss, validate, "val_top1")
