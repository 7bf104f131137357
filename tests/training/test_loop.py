"""The training loop: it learns, resumes to the bit, stops in time, and returns the best."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from rasm.training.loop import fit
from rasm.training.snapshot import Fingerprint, load_snapshot, save_snapshot
from rasm.training.task import Task
from tests.training.toy import Item, fabric, network, params, quadrant_task, silent

History = list[dict[str, float]]


def of(data: str) -> Fingerprint:
    return {"inputs": {"data": data}}


def train(
    folder: Path,
    task: Task,
    made_with: str = "toy",
    track: Any = silent,
    keep_every: int = 0,
    **changes: Any,
) -> tuple[nn.Module, History]:
    model = network()
    history = fit(
        model,
        task,
        params(**changes),
        fabric=fabric(),
        seed=42,
        snapshot=folder / "snapshot.pt",
        fingerprint=of(made_with),
        track=track,
        keep_every=keep_every,
    )
    return model, history


def assert_same_weights(one: nn.Module, two: nn.Module) -> None:
    for (name, a), b in zip(one.state_dict().items(), two.state_dict().values(), strict=True):
        assert torch.equal(a, b), name


def stopping_in_epoch(number: int) -> Any:
    """A progress bar that dies in the middle of an epoch, as a killed process does."""

    def track(
        iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[Item]:
        for at, item in enumerate(iterable):
            if desc == f"epoch {number}/5" and at == 4:
                raise KeyboardInterrupt
            yield item

    return track


def scripted(scores: list[float]) -> Task:
    """The toy task, with validation scores that are written down beforehand."""
    told = iter(scores)
    return replace(quadrant_task(), validate=lambda model: {"val_top1": next(told)})


def test_it_learns(tmp_path: Path) -> None:
    model, history = train(tmp_path, quadrant_task(), epochs=15)
    assert history[0]["train_loss"] > 2 * min(row["train_loss"] for row in history)
    assert quadrant_task().validate(model)["val_top1"] > 0.95
    assert not model.training


def test_history_has_a_row_an_epoch(tmp_path: Path) -> None:
    _, history = train(tmp_path, quadrant_task())
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5]
    assert all(row.keys() == {"epoch", "lr", "train_loss", "val_top1"} for row in history)
    assert history[-1]["lr"] == pytest.approx(0, abs=1e-9)


def test_twice_the_same_run(tmp_path: Path) -> None:
    one, first = train(tmp_path, quadrant_task())
    torch.rand(100)  # what happened before must not matter
    two, second = train(tmp_path, quadrant_task())
    assert first == second
    assert_same_weights(one, two)


@pytest.mark.parametrize(
    "schedule",
    [{"kind": "cosine"}, {"kind": "constant"}, {"kind": "plateau", "patience": 1, "factor": 0.3}],
)
def test_a_run_that_stopped_in_epoch_3_goes_on_to_the_same_weights(
    tmp_path: Path, schedule: dict[str, Any]
) -> None:
    unbroken, expected = train(tmp_path / "unbroken", quadrant_task(), schedule=schedule)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, quadrant_task(), track=stopping_in_epoch(3), schedule=schedule)
    state = load_snapshot(tmp_path / "snapshot.pt", of("toy"))
    assert state is not None and state["epoch"] == 2
    seen: list[str] = []

    def noting(
        iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[Item]:
        seen.append(desc)
        yield from iterable

    torch.rand(100)
    resumed, history = train(tmp_path, quadrant_task(), track=noting, schedule=schedule)
    assert seen == ["epoch 3/5", "epoch 4/5", "epoch 5/5"]
    assert history == expected
    assert_same_weights(resumed, unbroken)


def test_a_plateau_is_counted_across_a_stop(tmp_path: Path) -> None:
    """Epochs 2 and 3 bring nothing better, which cuts the rate of 4; the run stops in the third."""
    settings: dict[str, Any] = {"schedule": {"kind": "plateau", "patience": 2, "factor": 0.3}}
    unbroken, expected = train(
        tmp_path / "unbroken", scripted([0.5, 0.4, 0.4, 0.6, 0.7]), **settings
    )
    assert [row["lr"] for row in expected] == pytest.approx([0.05, 0.05, 0.05, 0.015, 0.015])
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, scripted([0.5, 0.4]), track=stopping_in_epoch(3), **settings)
    resumed, history = train(tmp_path, scripted([0.4, 0.6, 0.7]), **settings)
    assert history == expected
    assert_same_weights(resumed, unbroken)


def test_the_best_weights_survive_a_stop(tmp_path: Path) -> None:
    """The best epoch is the first; the run stops in the third."""
    unbroken, _ = train(tmp_path / "unbroken", scripted([0.9, 0.1, 0.1, 0.1, 0.1]))
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, scripted([0.9, 0.1]), track=stopping_in_epoch(3))
    resumed, _ = train(tmp_path, scripted([0.1, 0.1, 0.1]))
    assert_same_weights(resumed, unbroken)


def test_the_snapshot_holds_all_that_a_run_needs(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, quadrant_task(), track=stopping_in_epoch(2))
    state = load_snapshot(tmp_path / "snapshot.pt", of("toy"))
    assert state is not None
    needed = "model_state_dict optimizer_state_dict scheduler_state_dict epoch best_metric"
    assert set(needed.split()) <= state.keys()


def test_a_finished_run_that_was_not_saved_is_not_trained_again(tmp_path: Path) -> None:
    model, history = train(tmp_path, quadrant_task())
    again, same_history = train(tmp_path, quadrant_task(), track=stopping_in_epoch(1))
    assert same_history == history
    assert_same_weights(again, model)


def test_a_snapshot_of_another_configuration_is_set_aside(tmp_path: Path) -> None:
    _, expected = train(tmp_path / "fresh", quadrant_task())
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, quadrant_task(), made_with="other", track=stopping_in_epoch(3))
    _, history = train(tmp_path, quadrant_task())
    assert history == expected
    assert (tmp_path / "snapshot.set_aside.pt").is_file()


def test_a_run_killed_after_its_last_epoch_only_takes_the_best(tmp_path: Path) -> None:
    """The snapshot of a finished run: no epoch is left to run."""
    kept: dict[str, Any] = {}

    def keeping(
        iterable: Iterable[Item], total: int | None = None, desc: str = "", unit: str = "it"
    ) -> Iterator[Item]:
        if desc == "epoch 5/5":
            kept.update(load_snapshot(tmp_path / "snapshot.pt", of("toy")) or {})
        yield from iterable

    train(tmp_path, quadrant_task(), track=keeping)
    save_snapshot(tmp_path / "snapshot.pt", kept)
    model, history = train(tmp_path, quadrant_task(), epochs=4)
    assert len(history) == 4
    best = kept["best_state_dict"]
    assert all(torch.equal(tensor, best[name]) for name, tensor in model.state_dict().items())


def test_best_weights_are_returned_not_the_last(tmp_path: Path) -> None:
    states: list[dict[str, torch.Tensor]] = []
    scores = iter([0.1, 0.9, 0.5, 0.9, 0.3])

    def validate(model: nn.Module) -> dict[str, float]:
        own = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        states.append({name.split("module.")[-1]: tensor for name, tensor in own.items()})
        return {"val_top1": next(scores)}

    model, _ = train(tmp_path, replace(quadrant_task(), validate=validate))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, states[1][name]), name  # the first of two equally good ones
    assert not torch.equal(states[1]["0.weight"], states[4]["0.weight"])


@pytest.mark.parametrize(
    ("scores", "patience", "epochs"),
    [
        ([0.5, 0.4, 0.4, 0.9, 0.9], 2, 3),
        ([0.5, 0.4, 0.6, 0.5, 0.5], 2, 5),
        ([0.5, 0.5, 0.5, 0.5, 0.5], 1, 2),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 1, 5),
    ],
)
def test_it_stops_after_so_many_epochs_without_a_better_one(
    tmp_path: Path, scores: list[float], patience: int, epochs: int
) -> None:
    _, history = train(tmp_path, scripted(scores), early_stop_patience=patience)
    assert len(history) == epochs


def test_gradients_are_clipped(tmp_path: Path) -> None:
    model, _ = train(tmp_path, quadrant_task(), epochs=1, clip_norm=0.01)
    gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
    assert 0 < float(torch.cat(gradients).norm()) <= 0.01 + 1e-6


def test_the_mean_of_the_weights_is_validated_and_kept(tmp_path: Path) -> None:
    """Scripted weights: 1 after the first step, 2 after the second, ... of ten."""
    model = nn.Linear(1, 1, bias=False)
    asked: list[float] = []

    def loss(model: nn.Module, batch: tuple[torch.Tensor, ...], progress: float) -> torch.Tensor:
        return -model(batch[0]).mean()  # AdamW walks on by lr a step

    task = Task(
        batches=lambda generator: [(torch.ones(1, 1),)] * 10,
        steps=10,
        loss=loss,
        validate=lambda model: asked.append(float(model.weight.detach())) or {"val": 0.0},
        monitor="val",
    )
    with torch.no_grad():
        model.weight.zero_()
    constant = {"schedule": {"kind": "constant"}, "warmup_share": 0.0, "weight_decay": 0.0}
    fit(
        model,
        task,
        params(epochs=1, lr=1.0, average=0.5, **constant),
        fabric=fabric(),
        seed=0,
        snapshot=tmp_path / "snapshot.pt",
        fingerprint={},
        track=silent,
    )
    mean = 1.0  # the first step as it is; then a share of 1 / (1 + n / 10), at least a half
    for step in range(2, 11):
        mean += max(0.5, 1 / (1 + (step - 1) / 10)) * (step - mean)
    assert asked == [pytest.approx(mean, abs=1e-4)]
    assert float(model.weight.detach()) == asked[0]


def test_copies_are_kept_every_few_epochs(tmp_path: Path) -> None:
    train(tmp_path, quadrant_task(), keep_every=2)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "snapshot.pt",
        "snapshot_epoch_2.pt",
        "snapshot_epoch_4.pt",
    ]
    kept = load_snapshot(tmp_path / "snapshot_epoch_2.pt", of("toy"))
    assert kept is not None
    assert kept["epoch"] == 2
    needed = {"model_state_dict", "optimizer_state_dict", "scheduler_state_dict", "best_metric"}
    assert needed <= kept.keys()
