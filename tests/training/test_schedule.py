"""The learning rate, step by step."""

import pytest
import torch

from rasm.training.schedule import ScheduleName, make_schedule


def rates(name: ScheduleName, steps: int, warmup_share: float) -> list[float]:
    """Rates of the steps, and the one after the last."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=2.0)
    schedule = make_schedule(optimizer, name, steps, warmup_share)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return [*found, optimizer.param_groups[0]["lr"]]


def test_cosine_by_hand() -> None:
    """Warm-up of 2 of 10 steps; the cosine then falls over 8, half-way after 4."""
    found = rates("cosine", 10, 0.2)
    assert found[:3] == pytest.approx([1.0, 2.0, 2.0])
    assert found[6] == pytest.approx(1.0)
    assert found[10] == pytest.approx(0.0)
    assert found[2:] == sorted(found[2:], reverse=True)


def test_constant_stays() -> None:
    assert rates("constant", 5, 0.4) == pytest.approx([1.0, 2.0, 2.0, 2.0, 2.0, 2.0])


def test_without_warm_up_it_starts_at_the_top() -> None:
    assert rates("constant", 3, 0.0)[0] == 2.0
