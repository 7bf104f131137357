"""Twenty characters of one script, each shown once: one-shot trials choose an embedder of scripts.

The scripts are held out of training, and the hands are of another kind than those that training
draws: an embedder that learns its own distortions by heart gets worse here.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from rasm.augment.waves import waved
from rasm.inputs.scripts import ScriptInputs
from rasm.metrics.one_shot import error_by_script, one_shot_errors
from rasm.reading.embeddings import embed_batches
from rasm.training.choosing.trials import TrialGround, TrialParams, Validate, spread

_CHUNK = 512


class ScriptTrialParams(TrialParams, frozen=True, extra="forbid"):
    """Trials of `ways` letters, `per_script` for each script, bent with `strength` of `waved`."""

    kind: Literal["scripts"]
    ways: int = Field(ge=2)
    per_script: int = Field(ge=1)
    strength: float = Field(gt=0)

    monitor: ClassVar[str] = "val_one_shot"
    view: ClassVar[str | None] = "scripts"

    def validation(self, ground: TrialGround) -> Validate:
        """Classes are characters; trials on scripts that are held out choose."""
        items, shown = ground.held_out()
        assert isinstance(shown, ScriptInputs)  # by `view`
        scripts, labels = (np.array([getattr(i, key) for i in items]) for key in ("group", "label"))
        trials = draw_trials(scripts, labels, self, ground.seed)
        return one_shot_validation(shown.skeletons, trials, self, shown.params.size, ground.seed)


@dataclass(frozen=True)
class Trial:
    """Rows (W,) of one script that show W different classes."""

    script: str
    rows: NDArray[np.int64]


def draw_trials(
    scripts: NDArray[np.str_], labels: NDArray[np.str_], params: ScriptTrialParams, seed: int
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
    skeletons: Tensor, trials: list[Trial], params: ScriptTrialParams, size: int, seed: int
) -> Validate:
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
            embed_batches(model, pictures).reshape(len(trials), params.ways, -1)
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
