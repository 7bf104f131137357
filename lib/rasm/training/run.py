"""One training run whole: fitted, its curve written, its weights saved, its snapshot removed.

Every training stage ends so. The snapshot goes last: a kill at any point before leaves it, and the
next run goes on from there.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from rasm.nets.compute import Compute
from rasm.nets.device import describe_fabric, make_fabric
from rasm.nets.weights import save_weights
from rasm.store.atomic import replacing
from rasm.training.loop import fit
from rasm.training.snapshot import fingerprint
from rasm.training.task import FitParams, Task, Track

if TYPE_CHECKING:
    from lightning_fabric import Fabric


@dataclass(frozen=True)
class Run:
    """What a run computes on and with, and where it leaves its traces.

    `inputs` are the files and folders that its data come from, `code` what is digested of the
    modules and packages that it reaches: a snapshot made with others is not resumed. To make a run
    seeds the generators, so that a network made next is repeatable.
    """

    params: FitParams
    seed: int
    compute: Compute
    inputs: Sequence[Path]
    code: Mapping[str, str]
    curves: Path
    snapshot: Path
    track: Track

    def __post_init__(self) -> None:
        torch.manual_seed(self.seed)

    @cached_property
    def fabric(self) -> "Fabric":
        """The device, chosen when it is first asked for."""
        return make_fabric(self.compute)

    def fit(self, model: nn.Module, task: Task, keep_every: int = 0) -> None:
        """Train `model` in place to its best epoch, and write the curve."""
        settings = {
            **self.params.model_dump(),
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
            fingerprint=fingerprint(settings, self.inputs, self.code),
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
    """Write `epoch`, the learning rate and every metric as tab-separated columns."""
    columns = list(history[-1])
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})
