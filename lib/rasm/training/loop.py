"""The one training loop: every network of the pipeline is fitted here.

Epochs of batches under mixed precision, validation after each, the best weights kept, early
stopping, and a snapshot an epoch to resume from. All randomness of an epoch comes from (seed,
epoch), so a resumed run takes the very steps that an unbroken one takes.

What is validated, and kept, are not the weights of the last step but their mean over the last ones
(Polyak and Juditsky 1992): each counts `average` times the next one. Steps still wander when the
mean stands where they wander about.
"""

import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from rasm.training.optimizer import make_optimizer
from rasm.training.schedule import Schedule
from rasm.training.snapshot import Fingerprint, load_snapshot, save_snapshot
from rasm.training.task import Batch, FitParams, Task, Track

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def fit(
    model: nn.Module,
    task: Task,
    params: FitParams,
    *,
    fabric: "Fabric",
    seed: int,
    snapshot: Path,
    fingerprint: Fingerprint,
    track: Track,
    compiled: bool = False,
    keep_every: int = 0,
) -> list[dict[str, float]]:
    """Train in place, leave the best weights in `model`, and return one row of metrics an epoch.

    Resumes from `snapshot` when it carries the same fingerprint, and sets another aside. The file
    stays: who saves the weights removes it then, so that nothing is lost in between. Every
    `keep_every` epochs (0: never) a copy of it is kept beside it for good, as NAME_epoch_N.
    Raises ValueError when the loss is no number any more.
    """
    optimizer: torch.optim.Optimizer = make_optimizer(
        params.optimizer,
        model,
        task.groups(model) if task.groups else [{"params": model.parameters()}],
        lr=params.lr,
        weight_decay=params.weight_decay,
        device=fabric.device,
    )
    schedule = Schedule(
        optimizer,
        params.schedule,
        total_steps=params.epochs * task.steps,
        epoch_steps=task.steps,
        warmup_share=params.warmup_share,
    )
    # The compiled module shares the parameters: `model` stays what is saved.
    trained = cast(nn.Module, torch.compile(model)) if compiled else model
    wrapped, optimizer = fabric.setup(trained, optimizer)
    averaged = copy.deepcopy(model)
    scaler = fabric.strategy.precision
    history: list[dict[str, float]] = []
    best: dict[str, Any] = {}
    state = load_snapshot(snapshot, fingerprint)
    if state is not None:
        model.load_state_dict(state["model_state_dict"])
        averaged.load_state_dict(state["averaged_state_dict"])
        scaler.load_state_dict(state["scaler_state_dict"])
        optimizer.load_state_dict(state["optimizer_state_dict"])
        schedule.load_state_dict(state["scheduler_state_dict"])
        history, best = state["history"], state["best_state_dict"]
        print(f"  resuming after epoch {_epochs(history)}", flush=True)
    while (epoch := _epochs(history)) < params.epochs:
        if _since_best(history, task) >= params.early_stop_patience:
            break
        schedule.start_epoch(_scores(history, task))
        generator = torch.Generator().manual_seed(seed * 100_003 + epoch)
        torch.manual_seed(seed * 100_003 + epoch)
        wrapped.train()
        if task.start_epoch:
            task.start_epoch(model, epoch)
        total = torch.zeros((), device=fabric.device)
        batches = task.batches(generator)
        bar = track(batches, task.steps, f"epoch {epoch + 1}/{params.epochs}", "batch")
        for number, batch in enumerate(bar):
            progress = (epoch + number / task.steps) / params.epochs
            optimizer.zero_grad(set_to_none=True)
            for part, share in _parts(fabric.to_device(batch), task.accumulate):
                with fabric.autocast():
                    loss = share * task.loss(wrapped, part, progress)
                fabric.backward(loss)
                total += loss.detach()
            # Gradients that a scaler has made infinite are left to it: it passes over the step.
            fabric.clip_gradients(
                wrapped, optimizer, max_norm=params.clip_norm, error_if_nonfinite=False
            )
            with fabric.autocast():  # of the products of matrices that Muon makes
                optimizer.step()
            schedule.step()
            _draw_near(averaged, model, _share(epoch * task.steps + number, params.average))
        metrics = _validated(averaged, task, fabric, epoch + 1)
        mean_loss = float(total) / task.steps
        if not math.isfinite(mean_loss):
            raise ValueError(f"the loss became {mean_loss} in epoch {epoch + 1}: lower lr")
        history.append(
            {"epoch": epoch + 1, "lr": params.lr * schedule.factor, "train_loss": mean_loss}
            | metrics
        )
        print(f"  epoch {epoch + 1}: " + _line(history[-1]), flush=True)
        if _since_best(history, task) == 0:
            best = copy.deepcopy(averaged.state_dict())
        state = {
            "fingerprint": fingerprint,
            "model_state_dict": model.state_dict(),
            "averaged_state_dict": averaged.state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "scheduler_state_dict": schedule.state_dict(),
            "scaler_state_dict": scaler.state_dict(),
            "best_state_dict": best,
            "best_metric": max(_scores(history, task)),
            "epoch": epoch + 1,
            "history": history,
            "rng_state": torch.get_rng_state(),
        }
        save_snapshot(snapshot, state)
        if keep_every and (epoch + 1) % keep_every == 0:
            save_snapshot(snapshot.with_stem(f"{snapshot.stem}_epoch_{epoch + 1}"), state)
    model.load_state_dict(best)
    model.eval()
    return history


def _share(step: int, average: float) -> float:
    """How far the mean moves to the weights of a step, counted from 0: fast at first.

    Early weights are far from all later ones, and a slow mean would drag them along: the share of
    step n is 1 / (1 + n / 10) until it has fallen to 1 - `average`.
    """
    return max(1 - average, 1 / (1 + step / 10))


@torch.no_grad()
def _draw_near(mean: nn.Module, model: nn.Module, share: float) -> None:
    """Move the weights and statistics of `mean` a `share` of the way to those of `model`."""
    means, weights = ([*one.parameters(), *one.buffers()] for one in (mean, model))
    pairs = list(zip(means, weights, strict=True))
    real = [pair for pair in pairs if pair[0].is_floating_point()]
    torch._foreach_lerp_([m for m, _ in real], [w for _, w in real], share)
    for count, newer in pairs:
        if not count.is_floating_point():
            count.copy_(newer)


def _parts(batch: Batch, count: int) -> Iterator[tuple[Batch, float]]:
    """A batch in `count` parts, and the share of it that each is."""
    columns = [column.chunk(count) for column in batch]
    for part in zip(*columns, strict=True):
        yield part, len(part[0]) / len(batch[0])


def _validated(model: nn.Module, task: Task, fabric: "Fabric", epoch: int) -> dict[str, float]:
    model.eval()
    with torch.inference_mode(), fabric.autocast():
        metrics = task.validate(model)
        for look in task.after_epoch:
            look(model, epoch, metrics)
    return metrics


def _epochs(history: list[dict[str, float]]) -> int:
    return int(history[-1]["epoch"]) if history else 0


def _scores(history: list[dict[str, float]], task: Task) -> list[float]:
    return [row[task.monitor] for row in history]


def _since_best(history: list[dict[str, float]], task: Task) -> int:
    """Epochs since the best one; 0 right after it, and before any."""
    scores = _scores(history, task)
    return len(scores) - 1 - scores.index(max(scores)) if scores else 0


def _line(row: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name != "epoch")
