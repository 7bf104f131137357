"""What a task may ask of the loop: rates, frozen layers, batches a step; what an epoch sees."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from rasm.training.loop import fit
from rasm.training.task import AfterEpoch, Task, shuffled_batches, steps_per_epoch
from tests.training.toy import fabric, network, params, quadrant_task, silent


def train(folder: Path, task: Task, **changes: Any) -> nn.Module:
    model = network()
    path = folder / "snapshot.pt"
    settings = params(**changes)
    fit(model, task, settings, fabric=fabric(), seed=4, snapshot=path, fingerprint={}, track=silent)
    return model


def test_parameters_refuse_unknown_keys() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        params(speed=1)


def test_the_loss_is_told_how_far_the_run_is(tmp_path: Path) -> None:
    told: list[float] = []
    plain = quadrant_task()

    def loss(model: nn.Module, batch: tuple[torch.Tensor, ...], progress: float) -> torch.Tensor:
        told.append(progress)
        return plain.loss(model, batch, progress)

    train(tmp_path, replace(plain, loss=loss), epochs=2)
    assert told == pytest.approx([step / 20 for step in range(20)])


def test_parameter_groups_learn_at_their_own_rate(tmp_path: Path) -> None:
    """The first layer's group stands still at a rate of 0."""
    before = copy.deepcopy(network().state_dict())

    def groups(model: nn.Module) -> list[dict[str, Any]]:
        first, *others = model.children()
        rest = [p for layer in others for p in layer.parameters()]
        return [{"params": list(first.parameters()), "rate": 0.0}, {"params": rest}]

    model = train(tmp_path, replace(quadrant_task(), groups=groups), epochs=1)
    after = model.state_dict()
    assert torch.equal(after["0.weight"], before["0.weight"])
    assert not torch.equal(after["4.weight"], before["4.weight"])


def test_what_an_epoch_freezes_stands_still_and_learns_later(tmp_path: Path) -> None:
    firsts: list[torch.Tensor] = []

    def start_epoch(model: nn.Module, epoch: int) -> None:
        first = next(model.children())
        first.requires_grad_(epoch >= 1)
        firsts.append(first.weight.detach().clone())

    train(tmp_path, replace(quadrant_task(), start_epoch=start_epoch), epochs=3)
    assert torch.equal(firsts[0], firsts[1])
    assert not torch.equal(firsts[1], firsts[2])


def test_a_batch_taken_in_parts_makes_the_same_steps(tmp_path: Path) -> None:
    """Without batch norm, whose statistics see the parts. Of 20, three have 7, 7 and 6."""
    models = [nn.Linear(2, 2) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    histories = [
        fit(
            model,
            replace(quadrant_task(), accumulate=parts),
            params(epochs=1),
            fabric=fabric(),
            seed=4,
            snapshot=tmp_path / f"{parts}.pt",
            fingerprint={},
            track=silent,
        )
        for model, parts in zip(models, (1, 3), strict=True)
    ]
    assert torch.allclose(models[0].weight, models[1].weight, atol=1e-6)
    assert histories[0][0]["train_loss"] == pytest.approx(histories[1][0]["train_loss"])


def test_after_each_epoch_everyone_looks_at_the_validated_model(tmp_path: Path) -> None:
    """In turn; epochs are counted from 1."""
    seen: list[tuple[str, int, float]] = []

    def look(name: str) -> AfterEpoch:
        def note(model: nn.Module, epoch: int, metrics: dict[str, float]) -> None:
            assert not model.training
            seen.append((name, epoch, metrics["val_top1"]))

        return note

    scores = iter([0.25, 0.75])
    asked = replace(quadrant_task(), validate=lambda model: {"val_top1": next(scores)})
    train(tmp_path, asked.watched([look("one")]).watched([look("two")]), epochs=2)
    assert seen == [("one", 1, 0.25), ("two", 1, 0.25), ("one", 2, 0.75), ("two", 2, 0.75)]


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 3))
def test_full_batches_of_distinct_items(count: int, size: int, seed: int) -> None:
    batches = list(shuffled_batches(count, size, torch.Generator().manual_seed(seed)))
    assert len(batches) == steps_per_epoch(count, size)
    seen = torch.cat(batches).tolist()
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(range(count))
    assert {len(batch) for batch in batches} == {min(size, count)}


@pytest.mark.parametrize(("count", "size", "steps"), [(10, 3, 3), (9, 3, 3), (2, 3, 1)])
def test_steps(count: int, size: int, steps: int) -> None:
    assert steps_per_epoch(count, size) == steps


def test_epochs_differ_and_a_seed_repeats_one() -> None:
    generator = torch.Generator().manual_seed(0)
    (first,), (second,) = (list(shuffled_batches(50, 50, generator)) for _ in range(2))
    (again,) = shuffled_batches(50, 50, torch.Generator().manual_seed(0))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)
