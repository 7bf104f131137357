"""One training run whole: fitted, its curve written, its weights saved, its snapshot removed.

Every training stage ends so. The snapshot goes last: a kill at any point before leaves it, and the
next run goes on from there.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import nn

from rasm.nets.device import Compute, describe_fabric, make_fabric
from rasm.nets.weights import save_weights
from rasm.store.atomic import replacing
from rasm.training.loop import fit
from rasm.training.snapshot import fingerprint
from rasm.training.task import FitParams, Task, Track


@dataclass(frozen=True)
class Run:
    """What a run computes on and with, and where it leaves its traces.

    `inputs` are the files that its data come from: a snapshot made from others is not resumed.
    """

    params: FitParams
    seed: int
    compute: Compute
    fabric: Fabric
    inputs: Sequence[Path]
    curves: Path
    snapshot: Path
    track: Track

    @classmethod
    def start(
        cls,
        params: FitParams,
        seed: int,
        compute: dict[str, Any],
        inputs: Sequence[Path],
        curves: Path,
        snapshot: Path,
        track: Track,
    ) -> "Run":
        """Choose the device and seed the generators, so that a network made next is repeatable."""
        chosen = Compute.model_validate(compute)
        fabric = make_fabric(chosen)
        torch.manual_seed(seed)
        return cls(params, seed, chosen, fabric, inputs, curves, snapshot, track)

    def fit(self, model: nn.Module, task: Task, keep_every: int = 0) -> None:
        """Train `model` in place to its best epoch, and write the curve."""
        settings = {
            "params": self.params.model_dump(),
            "seed": self.seed,
            "computed_on": describe_fabric(self.fabric),
        }
        history = fit(
            model,
            task,
            self.params,
            fabric=self.fabric,
            seed=self.seed,
            snapshot=self.snapshot,
            fingerprint=fingerprint(settings, self.inputs),
            track=self.track,
            compiled=self.compute.compile,
            keep_every=keep_every,
        )
        write_curves(self.curves, history)

    def save(self, networks: dict[Path, tuple[nn.Module, dict[str, Any]]]) -> None:
        """Write each folder's network with its card (architecture and what it was trained on)."""
        for folder, (network, card) in networks.items():
            about = {
                "params": self.params.model_dump(),
                "computed_on": describe_fabric(self.fabric),
            }
            save_weights(folder, network, {**card, **about})
        self.snapshot.unlink(missing_ok=True)


def write_curves(path: Path, history: list[dict[str, float]]) -> None:
    """Write `epoch`, the learning rate and every metric as tab-separated columns.

    A row may lack columns of the last one, as that of an untrained network does. Of a training that
    did not take place, the header alone.
    """
    columns = list(history[-1]) if history else ["epoch", "lr", "train_loss"]
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})
