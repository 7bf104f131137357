"""Choosing an embedder of unseen letters: twenty letters of one script, each shown once.

The scripts are held out of training, and the hands are of another kind than those that training
draws: an embedder that learns its own distortions by heart gets worse here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from scipy.spatial.distance import pdist
from torch import Tensor, nn

from rasm.augment.waves import waved
from rasm.retrieval.one_shot import error_by_script, one_shot_errors

_CHUNK = 512


class OneShotParams(BaseModel, frozen=True, extra="forbid"):
    """Trials of `ways` letters, `per_script` for each script, bent with `strength` of `waved`."""

    ways: int = Field(ge=2)
    per_script: int = Field(ge=1)
    strength: float = Field(gt=0)


@dataclass(frozen=True)
class Trial:
    """Rows (W,) of one script that show W different classes."""

    script: str
    rows: NDArray[np.int64]


def draw_trials(
    scripts: NDArray[np.str_], labels: NDArray[np.str_], params: OneShotParams, seed: int
) -> list[Trial]:
    """Trials from rows of these scripts and labels, (N,) each.

    Letters and then one row of each are drawn evenly. A script of too few letters has no trials.
    """
    generator = np.random.default_rng(seed)
    trials = []
    for script in np.unique(scripts):
        rows = np.flatnonzero(scripts == script)
        classes = np.unique(labels[rows])
        for _ in range(params.per_script if len(classes) >= params.ways else 0):
            chosen = generator.choice(classes, params.ways, replace=False)
            picked = [generator.choice(rows[labels[rows] == name]) for name in chosen]
            trials.append(Trial(str(script), np.array(picked)))
    return trials


def one_shot_validation(
    skeletons: Tensor, trials: list[Trial], params: OneShotParams, size: int, seed: int
) -> Callable[[nn.Module], dict[str, float]]:
    """Validation of an embedder of unit length on `trials` over packed `skeletons` (N, bytes).

    References and queries are the same letters by two hands, drawn once. `val_one_shot` is the
    share of right answers, the mean over scripts; `val_spread` the mean distance of two references
    of a trial, in [0, 2], which nears 0 when embeddings collapse.

    Raises ValueError when there are no trials.
    """
    if not trials:
        raise ValueError("no script of validation has as many classes as a trial has ways")
    rows = torch.from_numpy(np.stack([trial.rows for trial in trials]).ravel()).to(skeletons.device)
    generator = torch.Generator().manual_seed(seed)
    shown, asked = (_waved(skeletons[rows], params.strength, size, generator) for _ in range(2))
    scripts = np.array([trial.script for trial in trials])
    truth = np.tile(np.arange(params.ways), (len(trials), 1))

    def validate(model: nn.Module) -> dict[str, float]:
        references, queries = (
            embed(model, pictures).reshape(len(trials), params.ways, -1)
            for pictures in (shown, asked)
        )
        errors = one_shot_errors(references, queries, truth)
        return {
            "val_one_shot": 1 - error_by_script(scripts, errors)["mean"],
            "val_spread": spread(references),
        }

    return validate


def _waved(skeletons: Tensor, strength: float, size: int, generator: torch.Generator) -> Tensor:
    """What `waved` makes, a chunk at a time: what it needs meanwhile is many times larger."""
    parts = [waved(part, strength, size, generator) for part in torch.split(skeletons, _CHUNK)]
    return torch.cat(parts)


def embed(model: Any, pictures: Tensor) -> NDArray[np.float32]:
    """Embeddings (N, D) of pictures (N, C, S, S), a chunk at a time."""
    parts = [model(part).float().cpu() for part in torch.split(pictures, _CHUNK)]
    embeddings: NDArray[np.float32] = torch.cat(parts).numpy()
    return embeddings


def spread(references: NDArray[np.float32]) -> float:
    """Mean Euclidean distance of two references of a trial, from references (T, W, D)."""
    return float(np.mean([pdist(trial) for trial in references]))
