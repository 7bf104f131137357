"""The learning rate, step by step."""

from collections.abc import Sequence

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from rasm.training.schedule import (
    Schedule,
    ScheduleParams,
    in_cycle,
    standstills,
)


def params(kind: str, first_cycle: float = 10) -> ScheduleParams:
    numbers = {
        "plateau": {"patience": 1, "factor": 0.3},
        "warm_restarts": {"first_cycle": first_cycle},
    }
    made: ScheduleParams = TypeAdapter(ScheduleParams).validate_python(
        {"kind": kind, **numbers.get(kind, {})}
    )
    return made


def rates(name: str, steps: int, warmup_share: float, scores: Sequence[float] = ()) -> list[float]:
    """Rates of the steps, and the one after the last; an epoch is as long as there are scores."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=2.0)
    epoch = steps // (len(scores) + 1)
    schedule = Schedule(optimizer, params(name), steps, epoch, warmup_share)
    found = []
    for step in range(steps):
        epoch, rest = divmod(step, steps // (len(scores) + 1))
        if rest == 0:
            schedule.start_epoch(scores[:epoch])
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


def test_plateau_by_hand() -> None:
    """Two steps an epoch, the first in the warm-up; the third epoch brings nothing better."""
    found = rates("plateau", 10, 0.2, scores=[0.5, 0.6, 0.6, 0.7])
    epochs = [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 0.6, 0.6, 0.6, 0.6]
    assert found == pytest.approx([*epochs, 0.6])


def test_warm_restarts_by_hand() -> None:
    """Two steps an epoch: ten fall from the peak, the eleventh starts a cycle of twenty."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=2.0)
    schedule = Schedule(optimizer, params("warm_restarts", first_cycle=5), 40, 2, 0.0)
    found = []
    for _ in range(32):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    falling, restarted = found[1:11], found[11:31]  # the first step is the warm-up's
    assert falling[0] == restarted[0] == found[31] == 2.0
    assert falling[5] == restarted[10] == pytest.approx(1.0)
    assert falling == sorted(falling, reverse=True)
    assert restarted == sorted(restarted, reverse=True)


def test_cycles_double() -> None:
    assert [in_cycle(x) for x in (0, 0.5, 1, 2, 3, 5, 7)] == [0, 0.5, 0, 0.5, 0, 0.5, 0]


@pytest.mark.parametrize("name", ["cosine", "constant"])
def test_scores_are_of_no_use_to_the_others(name: str) -> None:
    assert rates(name, 10, 0.2, scores=[0.5, 0.4, 0.3, 0.2]) == rates(name, 10, 0.2)


@pytest.mark.parametrize(
    ("scores", "patience", "count"),
    [
        ([], 1, 0),
        ([0.5], 1, 0),
        ([0.5, 0.5], 1, 1),
        ([0.5, 0.4, 0.45, 0.6], 1, 2),  # better than the last is not better than the best
        ([0.5, 0.4, 0.4, 0.4], 2, 1),
        ([0.5, 0.4, 0.4, 0.4, 0.4], 2, 2),  # after a cut the count starts anew
        ([0.5, 0.4, 0.6, 0.5], 2, 0),
    ],
)
def test_standstills(scores: list[float], patience: int, count: int) -> None:
    assert standstills(scores, patience) == count


def test_numbers_of_a_plateau_are_of_no_use_elsewhere() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        TypeAdapter(ScheduleParams).validate_python({"kind": "cosine", "patience": 1})
    with pytest.raises(ValidationError, match="factor"):
        TypeAdapter(ScheduleParams).validate_python({"kind": "plateau", "patience": 1})
