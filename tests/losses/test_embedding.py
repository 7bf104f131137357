"""What holds for every loss of an embedder, by the kind that params name."""

from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from rasm.training.embedder_params import embedding_loss_params
from tests.losses.sections import EAST, SECTIONS, WEST, circle, loss_of, value

each_kind = pytest.mark.parametrize("kind", SECTIONS)


def labels(kind: str) -> Tensor:
    """Of eight points: their classes, or which of four pairs are the same."""
    return torch.arange(4) % 2 == 0 if kind == "siamese" else torch.arange(8) % 4


@each_kind
def test_a_finite_number_with_gradients(kind: str) -> None:
    points = circle().requires_grad_()
    loss = loss_of(kind, classes=4)
    result = loss(points, labels(kind), 0.9)
    assert result.shape == () and result.dtype == torch.float32 and result.isfinite()
    result.backward()
    for tensor in (points, *loss.parameters()):
        assert tensor.grad is not None and tensor.grad.isfinite().all() and tensor.grad.any()


@each_kind
def test_classes_that_lie_together_cost_less(kind: str) -> None:
    loss = loss_of(kind)
    for place in loss.parameters():  # classes of proxies: east and west
        with torch.no_grad():
            place.copy_(torch.tensor([EAST, WEST]).reshape(2, *[1] * (place.ndim - 2), 2))
    if kind == "siamese":
        same = [True, True]
        near, far = value(loss, [EAST, WEST] * 2, same), value(loss, [EAST, WEST, WEST, EAST], same)
    else:
        points = [EAST, (0.8, 0.6), (-0.8, 0.6), WEST]
        near, far = value(loss, points, [0, 0, 1, 1]), value(loss, points, [0, 1, 0, 1])
    assert near < far


@each_kind
def test_low_precision_around_it_changes_nothing(kind: str) -> None:
    loss, told = loss_of(kind, classes=4), labels(kind)
    expected = loss(circle(), told, 0.9)
    with torch.autocast("cpu", torch.bfloat16):
        found = loss(circle(), told, 0.9)
        assert found.dtype == torch.float32
        assert torch.equal(found, expected)
        assert loss(circle().bfloat16(), told, 0.9).dtype == torch.float32


@pytest.mark.parametrize(
    ("trait", "kinds"),
    [
        ("compares_pictures", {"contrastive", "triplet", "multi_similarity"}),
        ("takes_shares", {"softmax", "arcface", "subcenter_arcface"}),
        ("takes_pairs", {"siamese"}),
    ],
)
def test_what_a_loss_is_told(trait: str, kinds: set[str]) -> None:
    params = {kind: embedding_loss_params({"kind": kind, **SECTIONS[kind]}) for kind in SECTIONS}
    assert {kind for kind, one in params.items() if getattr(one, trait)} == kinds


@each_kind
def test_params_come_back_from_what_they_are_written_as(kind: str) -> None:
    params = embedding_loss_params({"kind": kind, **SECTIONS[kind]})
    assert params.kind == kind
    assert embedding_loss_params(params.model_dump(mode="json")) == params


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no loss 'hinge'; there are softmax, arcface"):
        embedding_loss_params({"kind": "hinge"})


@pytest.mark.parametrize(
    ("kind", "wrong", "says"),
    [
        ("arcface", {"ramp": [0.5, 0.2]}, "two shares of training, rising"),
        ("arcface", {"margin": 28.6}, "margin"),  # an angle in degrees
        ("softmax", {"margin": 0.1}, "Extra inputs"),
        ("softmax", {"scale": 0.0}, "scale"),
        ("subcenter_arcface", {"centers": 0}, "centers"),
        ("contrastive", {"margin": -1.0}, "margin"),
    ],
)
def test_numbers_that_cannot_be_are_refused(kind: str, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        loss_of(kind, **wrong)
