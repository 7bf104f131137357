"""Losses of places on the circle: by hand, as a cross-entropy of cosines, and as another library's.

The margin is there in the second half of training alone: at a progress of 0 all are softmax.
"""

import math
from typing import Any, cast

import pytest
import torch
from pytorch_metric_learning import losses
from torch import Tensor
from torch.nn import functional as F

from rasm.losses.proxies import Proxies
from tests.losses.sections import EAST, NORTH, WEST, circle, loss_of, value

KINDS = ["softmax", "arcface", "subcenter_arcface"]
ARCFACES = KINDS[1:]
each_kind = pytest.mark.parametrize("kind", KINDS)


def proxies(kind: str, classes: int = 2, **changes: Any) -> Proxies:
    return cast(Proxies, loss_of(kind, classes, **changes))


def placed(kind: str, *places: tuple[float, float], **changes: Any) -> Proxies:
    """Two classes in these places, of any length; a class of several has all in one."""
    loss = proxies(kind, **changes)
    own = 3 * torch.tensor(places).reshape(2, -1, 2)
    with torch.no_grad():
        loss.proxies.copy_(own.expand_as(loss.proxies))
    return loss


def cosines(loss: Proxies, points: Tensor) -> Tensor:
    """To the nearest place of each class."""
    return F.cosine_similarity(points[:, None, None], loss.proxies[None], dim=3).amax(dim=2)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@each_kind
def test_softmax(kind: str, scale: float) -> None:
    """EAST is its class, NORTH the other one: logits are `scale` and 0."""
    loss = placed(kind, EAST, NORTH, scale=scale)
    assert value(loss, [EAST], [0]) == pytest.approx(math.log(1 + math.exp(-scale)), rel=1e-5)


@each_kind
def test_label_smoothing_asks_a_tenth_of_the_other_of_two_classes(kind: str) -> None:
    loss = placed(kind, EAST, NORTH, label_smoothing=0.2)
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    assert value(loss, [EAST], [0]) == pytest.approx(0.9 * right + 0.1 * wrong, rel=1e-5)


def test_arcface_turns_the_class_away() -> None:
    """Half-way between the classes, and an eighth of a turn more: cosines 0 and sqrt(1/2)."""
    loss = placed("arcface", EAST, NORTH, margin=math.pi / 4)
    half_way = [(0.5**0.5, 0.5**0.5)]
    assert value(loss, half_way, [0], 0.9) == pytest.approx(math.log(1 + math.exp(2 * 0.5**0.5)))


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@each_kind
def test_without_margin_it_is_the_cross_entropy_of_the_cosines(kind: str, smoothing: float) -> None:
    """Pictures and places of any length."""
    loss, labels = proxies(kind, 4, label_smoothing=smoothing), torch.arange(8) % 4
    points = 5 * circle()
    expected = F.cross_entropy(2 * cosines(loss, points), labels, label_smoothing=smoothing)
    torch.testing.assert_close(loss(points, labels, 0.0), expected)


def test_arcface_starts_as_softmax() -> None:
    arcface, softmax = proxies("arcface", 4), proxies("softmax", 4)
    assert torch.equal(arcface.proxies, softmax.proxies)
    labels = torch.arange(8) % 4
    assert torch.equal(arcface(circle(), labels, 0.0), softmax(circle(), labels, 0.0))


@pytest.mark.parametrize("margin", [0.0, 0.3, 1.5])
@pytest.mark.parametrize("centers", [1, 3])
def test_it_is_what_another_library_has_gradients_too(margin: float, centers: int) -> None:
    """Points all round the circle, so that for some the margin would turn them past pi."""
    own = proxies("subcenter_arcface", 4, margin=margin, centers=centers, scale=10.0)
    degrees = math.degrees(margin)
    other: Any = losses.SubCenterArcFaceLoss(
        num_classes=4, embedding_size=2, margin=degrees, scale=10.0, sub_centers=centers
    )
    with torch.no_grad():
        other.W.copy_(own.proxies.flatten(0, 1).T)
    labels = torch.arange(64) % 4
    points = [circle(64).requires_grad_() for _ in range(2)]
    costs = [own(points[0], labels, 0.9), other(points[1], labels)]
    torch.testing.assert_close(*costs, rtol=1e-4, atol=1e-4)
    for cost in costs:
        cost.backward()
    for found, expected in [(points[0].grad, points[1].grad), (_flat(own), other.W.grad)]:
        torch.testing.assert_close(found, expected, rtol=1e-2, atol=1e-2)


def _flat(loss: Proxies) -> Tensor:
    assert loss.proxies.grad is not None
    return loss.proxies.grad.flatten(0, 1).T


def test_subcenter_arcface_takes_the_nearest_place_of_each_class() -> None:
    loss = placed("subcenter_arcface", EAST, WEST, NORTH, NORTH)  # two places of each class
    expected = math.log(1 + math.exp(-2))
    assert value(loss, [EAST], [0]) == pytest.approx(expected, rel=1e-5)
    assert value(loss, [WEST], [0]) == pytest.approx(expected, rel=1e-5)


@each_kind
def test_a_picture_right_on_its_place_has_a_gradient(kind: str) -> None:
    loss = placed(kind, EAST, WEST)
    points = torch.tensor([EAST, EAST]).requires_grad_()
    loss(points, torch.tensor([0, 1]), 0.9).backward()
    assert points.grad is not None and points.grad.isfinite().all()
    assert loss.proxies.grad is not None and loss.proxies.grad.isfinite().all()


@pytest.mark.parametrize("kind", ARCFACES)
def test_the_margin_grows_over_the_ramp(kind: str) -> None:
    loss = placed(kind, EAST, NORTH, margin=0.4, ramp=[0.2, 0.6])
    shares = [0.0, 0.2, 0.3, 0.5, 0.6, 0.99]
    angles = [loss.params.angle(share) for share in shares]
    assert angles == pytest.approx([0, 0, 0.1, 0.3, 0.4, 0.4])
    found = [value(loss, [(0.8, 0.6)], [0], share) for share in shares]
    assert found[0] == found[1] < found[2] < found[3] < found[4] == found[5]
    softmax = placed("softmax", EAST, NORTH)
    assert value(softmax, [(0.8, 0.6)], [0], 0.9) == pytest.approx(found[0])


@each_kind
def test_shares_weigh_what_the_picture_costs_as_each_class(kind: str) -> None:
    """EAST as its own class costs log(1 + e^-2), as the other one log(1 + e^2)."""
    loss = placed(kind, EAST, NORTH)
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    found = value(loss, [EAST], [[0.75, 0.25]])
    assert found == pytest.approx(0.75 * right + 0.25 * wrong, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_without_margin_shares_make_a_cross_entropy(smoothing: float) -> None:
    """Also where a row has one class, or more than two."""
    loss = proxies("softmax", 4, label_smoothing=smoothing)
    shares = torch.tensor([[0.3, 0.7, 0, 0], [0, 0, 1, 0], [0.1, 0.2, 0.3, 0.4]])
    logits = 2 * cosines(loss, circle(3))
    expected = F.cross_entropy(logits, shares, label_smoothing=smoothing)
    torch.testing.assert_close(loss(circle(3), shares, 0.5), expected)


@pytest.mark.parametrize("kind", ARCFACES)
def test_each_of_two_classes_has_its_margin(kind: str) -> None:
    loss = proxies(kind, 4)
    points, labels, others = circle(), torch.arange(8) % 4, torch.arange(1, 9) % 4
    shares = 0.75 * F.one_hot(labels, 4) + 0.25 * F.one_hot(others, 4)
    found = [loss(points, shares, progress) for progress in (0.0, 0.9)]
    for cost, progress in zip(found, (0.0, 0.9), strict=True):
        as_each = [loss(points, own, progress) for own in (labels, others)]
        torch.testing.assert_close(cost, 0.75 * as_each[0] + 0.25 * as_each[1])
    assert found[0] < found[1]


@each_kind
def test_whole_shares_are_labels(kind: str) -> None:
    loss, labels = proxies(kind, 4, label_smoothing=0.1), torch.arange(8) % 4
    points = [circle().requires_grad_() for _ in range(2)]
    costs = [loss(points[0], F.one_hot(labels, 4).float(), 0.9), loss(points[1], labels, 0.9)]
    torch.testing.assert_close(*costs)
    for cost in costs:
        cost.backward()
    torch.testing.assert_close(points[0].grad, points[1].grad)
    assert points[0].grad is not None and points[0].grad.any()
