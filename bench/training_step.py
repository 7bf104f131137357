"""A step of every trainer: samples a second, and what share of a matrix product's speed that is.

`python -m bench.training_step [TRAINER...]`, in a checkout with a finished run. Each trainer is the
stage's own, with its data and parameters; its step is batch, loss, gradient and optimizer, beside
the same step in float32. The share is of what products of two 2,048 x 2,048 matrices reach on this
machine in the same run and precision, by the operations of forward and backward pass.
"""

import importlib
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from bench.rows import Entry, answer, compared, in_turns
from rasm.nets.compute import Compute
from rasm.query.run_files import drawing_policy
from rasm.training.optimizer import make_optimizer
from rasm.training.run import Run
from rasm.training.task import Task
from stages.memory import keep_freed_memory
from stages.parameters import section_of
from stages.pipeline import read_stages
from stages.progress import track
from stages.sections import check_params

CORPORA = ("world", "arabic", "safaitic")
TRAINERS = (
    *("train_phase1", "train_phase2", "train_baseline"),
    *(f"train_embedder@{corpus}" for corpus in CORPORA),
)
ROUNDS, STEPS, SIDE = 5, 3, 2048


class Caught(Exception):
    """What a stage was about to train."""

    def __init__(self, model: nn.Module, task: Task) -> None:
        self.model, self.task = model, task


@dataclass(frozen=True)
class CatchingRun(Run):
    """A run that hands over what it should fit."""

    def fit(self, model: nn.Module, task: Task, keep_every: int = 0) -> None:
        raise Caught(model, task)


class Stepper:
    """Steps of one trainer in one precision."""

    def __init__(self, trainer: str, precision: str) -> None:
        name, _, corpus = trainer.partition("@")
        settings = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
        settings["compute"]["precision"] = precision
        module = importlib.import_module(f"stages.{name}")
        params = check_params(module, name, section_of(settings, trainer), corpus)
        self.run = CatchingRun(
            params,
            settings["seed"],
            Compute.model_validate(settings["compute"]),
            [],
            {},
            Path("none"),
            Path("outputs/tmp/bench"),
            track,
        )
        try:
            module.main(params, self.run, **paths_of(name, corpus))
        except Caught as caught:
            self.task = replace(caught.task, after_epoch=())
            model = caught.model
        self.model = model.train()
        optimizer = make_optimizer(
            params.optimizer,
            model,
            self.task.groups(model) if self.task.groups else [{"params": model.parameters()}],
            lr=1e-4,
            weight_decay=params.weight_decay,
            device=self.run.fabric.device,
        )
        self.wrapped, self.optimizer = self.run.fabric.setup(model, optimizer)
        generator = torch.Generator().manual_seed(1)
        self.batches = chain.from_iterable(map(self.task.batches, repeat(generator)))
        self.samples = 0

    def step(self) -> None:
        fabric = self.run.fabric
        batch = next(self.batches)
        self.samples = len(batch[0])
        self.optimizer.zero_grad(set_to_none=True)
        with fabric.autocast():
            loss = self.task.loss(self.wrapped, fabric.to_device(batch), 0.5)
        fabric.backward(loss)
        fabric.clip_gradients(self.wrapped, self.optimizer, max_norm=1.0)
        with fabric.autocast():
            self.optimizer.step()

    def steps(self) -> None:
        for _ in range(STEPS):
            self.step()

    def operations(self) -> int:
        """Floating-point operations of a forward and backward pass."""
        batch = next(self.batches)
        with FlopCounterMode(display=False) as counter, self.run.fabric.autocast():
            self.task.loss(self.model, self.run.fabric.to_device(batch), 0.5).backward()
        return int(counter.get_total_flops())


def paths_of(stage: str, corpus: str) -> dict[str, Any]:
    """The paths that dvc.yaml gives a stage."""
    options = [word.replace("${key}", corpus) for word in read_stages(Path())[stage].command[4:]]
    named = zip(options[::2], options[1::2], strict=True)
    paths = {name.removeprefix("--").replace("-", "_"): Path(path) for name, path in named}
    return {name: path for name, path in paths.items() if name not in ("curves", "snapshot")}


def peak(dtype: torch.dtype) -> float:
    """Operations a second of a matrix product."""
    matrix = torch.rand(SIDE, SIDE).to(dtype)
    seconds = []
    for _ in range(8):
        start = time.perf_counter()
        matrix @ matrix
        seconds.append(time.perf_counter() - start)
    return 2 * SIDE**3 / statistics.median(seconds)


def rows(trainers: Sequence[str]) -> Iterator[Entry]:
    """A row a trainer."""
    drawing_policy(Path("outputs"))  # raises where there is no finished run
    keep_freed_memory()
    for trainer in trainers:
        ours, theirs = Stepper(trainer, "auto"), Stepper(trainer, "32-true")
        jobs = {"ours": ours.steps, "theirs": theirs.steps}
        taken = in_turns(jobs, ROUNDS)
        in_half = str(ours.run.fabric.strategy.precision.precision) != "32-true"
        fastest = peak(torch.bfloat16 if in_half else torch.float32)
        reached = STEPS * ours.operations() / statistics.median(taken["ours"])
        yield compared(
            f"step of {trainer.removeprefix('train_')}",
            taken["ours"],
            "the same in float32",
            taken["theirs"],
            items="samples",
            count=STEPS * ours.samples,
            note=f"{reached / fastest:.0%} of {fastest / 1e9:.0f} GFLOP/s",
        )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("trainers", nargs="*", default=TRAINERS)
    answer(rows, parser)


if __name__ == "__main__":
    main()
