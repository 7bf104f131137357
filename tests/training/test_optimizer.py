"""Muon turns kernels and matrices, AdamW has the rest, and a gradient scaler steps both."""

import copy
from typing import Any

import pytest
import torch
from torch import nn

from rasm.training.optimizer import (
    AdamWithMuon,
    AdamWParams,
    MuonParams,
    make_optimizer,
    orthogonalized,
)

MUON = MuonParams(kind="muon", matrix_lr=0.1)


def network() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Embedding(5, 4), nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 6, 2), nn.BatchNorm2d(6),
        nn.Flatten(), nn.Linear(6, 3),
    )  # fmt: skip


def made(model: nn.Module, params: Any = MUON, **changes: Any) -> AdamWithMuon:
    settings: dict[str, Any] = {"lr": 0.01, "weight_decay": 0.3, **changes}
    return make_optimizer(
        params,
        model,
        [{"params": model.parameters()}],
        device=torch.device("cpu"),
        **settings,
    )


def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(torch.arange(5)).square().sum().backward()
    optimizer.step()


@pytest.mark.parametrize("shape", [(8, 8), (6, 40), (40, 6)])
def test_singular_values_come_near_one_and_directions_stay(shape: tuple[int, int]) -> None:
    torch.manual_seed(1)
    left, _ = torch.linalg.qr(torch.randn(shape[0], min(shape)))
    right, _ = torch.linalg.qr(torch.randn(shape[1], min(shape)))
    spread = torch.logspace(0, -1.3, min(shape))
    (found,) = orthogonalized([left @ torch.diag(spread) @ right.T])
    turned = left.T @ found @ right
    assert torch.allclose(turned, torch.diag(turned.diag()), atol=1e-3)
    assert ((turned.diag() > 0.6) & (turned.diag() < 1.25)).all()


def test_matrices_of_any_shapes_are_turned_as_each_would_be_alone() -> None:
    torch.manual_seed(1)
    several = [torch.randn(shape) for shape in [(8, 8), (6, 40), (40, 6), (3, 5)]]
    for found, one in zip(orthogonalized(several), several, strict=True):
        assert torch.allclose(found, orthogonalized([one])[0], atol=1e-5)


def test_kernels_and_matrices_alone_are_turned() -> None:
    """The first step of AdamW is lr in every place, whatever the gradient; Muon's is of rank 3."""
    model = network()
    before = copy.deepcopy(model.state_dict())
    step(model, made(model, weight_decay=0.0))
    moved = {name: (model.state_dict()[name] - old) for name, old in before.items()}
    for name in ("0.weight", "3.weight", "3.bias", "5.bias"):
        changed = moved[name][moved[name] != 0]
        assert torch.allclose(changed.abs(), torch.full_like(changed, 0.01), rtol=1e-2), name
    values = torch.linalg.svdvals(moved["5.weight"])
    assert 0.05 < float(values.max()) < 0.13  # matrix_lr
    assert float(torch.linalg.svdvals(moved["2.weight"].flatten(1)).max()) < 0.13 * 1.5**0.5


def test_norms_and_biases_are_not_decayed() -> None:
    for params in (MUON, AdamWParams(kind="adamw")):
        model = network()
        decay = {
            id(p): group["weight_decay"]
            for group in made(model, params).param_groups
            for p in group["params"]
        }
        for name, parameter in model.named_parameters():
            assert decay.pop(id(parameter)) == (0.3 if parameter.ndim > 1 else 0.0), name
        assert not decay


def test_its_state_is_taken_up_again() -> None:
    model = network()
    optimizer = made(model)
    step(model, optimizer)
    other = copy.deepcopy(model)
    resumed = made(other)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for _ in range(2):
        step(model, optimizer)
        step(other, resumed)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name]), name


def test_what_has_no_gradient_stands_still() -> None:
    model = network()
    model[2].requires_grad_(False)
    before = copy.deepcopy(model.state_dict())
    step(model, made(model))
    assert torch.equal(model.state_dict()["2.weight"], before["2.weight"])
    assert not torch.equal(model.state_dict()["5.weight"], before["5.weight"])
