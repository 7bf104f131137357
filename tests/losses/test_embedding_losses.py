"""Losses of embeddings in the plane, whose angles and distances a reader can check."""

import math
from typing import Any, get_args

import pytest
import torch
from pydantic import ValidationError
from rasm.training.metric_losses import LossName, LossParams, MetricLoss, reachable_margin
from torch import Tensor
from torch.nn import functional as F

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
KINDS = get_args(LossName)
SOFTMAXES = ["softmax", "arcface", "subcenter_arcface"]


def loss_of(kind: str, classes: int = 2, **changes: Any) -> MetricLoss:
    settings = {
        "kind": kind,
        "margin": 0.5,
        "scale": 2.0,
        "centers": 1,
        "label_smoothing": 0.0,
        "ramp": [0.0, 0.0],
    }
    torch.manual_seed(0)
    return MetricLoss(LossParams.model_validate({**settings, **changes}), classes, 2)


def placed(loss: MetricLoss, *places: tuple[float, float]) -> MetricLoss:
    """The loss with its classes in these places, of any length."""
    with torch.no_grad():
        loss.loss.W.copy_(3 * torch.tensor(places).T)
    return loss


def value(loss: MetricLoss, points: Any, labels: list[int], progress: float = 0.5) -> float:
    return float(loss(torch.tensor(points), torch.tensor(labels), progress).detach())


def circle(count: int = 8) -> Tensor:
    angles = torch.linspace(0.1, 6, count)
    return torch.stack([angles.cos(), angles.sin()], dim=1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_finite_number_with_gradients(kind: str) -> None:
    points = circle().requires_grad_()
    loss = loss_of(kind, classes=4, centers=2)
    result = loss(points, torch.arange(8) % 4, 0.5)
    assert result.shape == () and result.dtype == torch.float32 and result.isfinite()
    result.backward()
    for tensor in (points, *loss.parameters()):
        assert tensor.grad is not None and tensor.grad.isfinite().all() and tensor.grad.any()


@pytest.mark.parametrize("kind", KINDS)
def test_classes_that_lie_together_cost_less(kind: str) -> None:
    loss = loss_of(kind)
    for name in loss.loss.state_dict():  # classes of proxies: east and west
        with torch.no_grad():
            loss.loss.get_parameter(name).copy_(torch.tensor([EAST, WEST]))
    points = [EAST, (0.8, 0.6), (-0.8, 0.6), WEST]
    assert value(loss, points, [0, 0, 1, 1]) < value(loss, points, [0, 1, 0, 1])


def test_contrastive() -> None:
    """Of one class and sqrt(2) apart: EAST and NORTH. WEST is 2 and sqrt(2) from them."""
    points, labels = [EAST, NORTH, WEST], [0, 0, 1]
    assert value(loss_of("contrastive", margin=1.0), points, labels) == pytest.approx(2**0.5)
    own, other = 2**0.5, 1.9 - 2**0.5  # one pair of two classes is nearer than the margin
    assert value(loss_of("contrastive", margin=1.9), points, labels) == pytest.approx(own + other)


def test_triplet_takes_the_hardest_of_each() -> None:
    """(0.8, 0.6) is nobody's farthest friend, and 1.003 nearer to its own than to WEST."""
    points, labels = [EAST, NORTH, (0.8, 0.6), WEST], [0, 0, 0, 1]
    of_east, of_north = 2**0.5 - 2 + 1, 2**0.5 - 2**0.5 + 1
    found = value(loss_of("triplet", margin=1.0), points, labels)
    assert found == pytest.approx((of_east + of_north) / 2)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("kind", SOFTMAXES)
def test_softmax(kind: str, scale: float) -> None:
    """EAST is its class, NORTH the other one: logits are `scale` and 0."""
    loss = placed(loss_of(kind, scale=scale, margin=0.0), EAST, NORTH)
    assert value(loss, [EAST], [0]) == pytest.approx(math.log(1 + math.exp(-scale)), rel=1e-5)


@pytest.mark.parametrize("kind", SOFTMAXES)
def test_label_smoothing_asks_a_tenth_of_the_other_of_two_classes(kind: str) -> None:
    loss = placed(loss_of(kind, label_smoothing=0.2, margin=0.0), EAST, NORTH)
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    assert value(loss, [EAST], [0]) == pytest.approx(0.9 * right + 0.1 * wrong, rel=1e-5)


def test_arcface_turns_the_class_away() -> None:
    """Half-way between the classes, and an eighth of a turn more: cosines 0 and sqrt(1/2)."""
    loss = placed(loss_of("arcface", margin=math.pi / 4), EAST, NORTH)
    half_way = [(0.5**0.5, 0.5**0.5)]
    assert value(loss, half_way, [0]) == pytest.approx(math.log(1 + math.exp(2 * 0.5**0.5)))


def test_arcface_without_margin_is_softmax() -> None:
    arcface, softmax = loss_of("arcface", 4, margin=0.0), loss_of("softmax", 4)
    assert torch.equal(arcface.loss.W, softmax.loss.W)
    points, labels = circle(), torch.arange(8) % 4
    torch.testing.assert_close(arcface(points, labels, 0.5), softmax(points, labels, 0.5))
    cosines = F.normalize(points) @ F.normalize(softmax.loss.W, dim=0)
    torch.testing.assert_close(softmax(points, labels, 0.5), F.cross_entropy(2 * cosines, labels))


def test_subcenter_arcface_takes_the_nearest_place_of_each_class() -> None:
    loss = loss_of("subcenter_arcface", centers=2, margin=0.0)
    placed(loss, EAST, WEST, NORTH, NORTH)  # two places of class 0, two of class 1
    expected = math.log(1 + math.exp(-2))
    assert value(loss, [EAST], [0]) == pytest.approx(expected, rel=1e-5)
    assert value(loss, [WEST], [0]) == pytest.approx(expected, rel=1e-5)


def test_proxy_anchor() -> None:
    """EAST draws its own proxy (cosine 1); the other one (cosine 0) counts for half of two."""
    loss = loss_of("proxy_anchor", margin=0.0)
    with torch.no_grad():
        loss.loss.proxies.copy_(torch.tensor([EAST, NORTH]))
    expected = math.log(1 + math.exp(-2)) + math.log(1 + math.exp(0)) / 2
    assert value(loss, [EAST], [0]) == pytest.approx(expected)


@pytest.mark.parametrize("kind", SOFTMAXES)
def test_a_picture_right_on_its_place_has_a_gradient(kind: str) -> None:
    loss = placed(loss_of(kind), EAST, WEST)
    points = torch.tensor([EAST, EAST]).requires_grad_()
    loss(points, torch.tensor([0, 1]), 0.9).backward()
    assert points.grad is not None and points.grad.isfinite().all()
    assert loss.loss.W.grad.isfinite().all()


def test_the_margin_grows_over_the_ramp() -> None:
    ramp = LossParams.model_validate(
        {**loss_of("arcface").params.model_dump(), "margin": 0.4, "ramp": [0.2, 0.6]}
    )
    shares = [0.0, 0.2, 0.3, 0.5, 0.6, 0.99]
    assert [ramp.angle(share) for share in shares] == pytest.approx([0, 0, 0.1, 0.3, 0.4, 0.4])
    for kind in ("arcface", "subcenter_arcface"):
        loss = placed(loss_of(kind, margin=0.4, ramp=[0.2, 0.6]), EAST, NORTH)
        found = [value(loss, [(0.8, 0.6)], [0], share) for share in shares]
        assert found[0] == found[1] < found[2] < found[3] < found[4] == found[5]
    softmax = placed(loss_of("softmax", margin=0.4, ramp=[0.2, 0.6]), EAST, NORTH)
    assert value(softmax, [(0.8, 0.6)], [0], 0.9) == pytest.approx(found[0])


def test_a_ramp_of_no_length_is_a_step() -> None:
    assert [loss_of("arcface").params.angle(share) for share in (0.0, 0.5)] == [0.5, 0.5]
    step = loss_of("arcface", ramp=[0.4, 0.4]).params
    assert [step.angle(share) for share in (0.39, 0.4)] == [0.0, 0.5]


@pytest.mark.parametrize("kind", SOFTMAXES)
def test_shares_weigh_what_the_picture_costs_as_each_class(kind: str) -> None:
    """EAST as its own class costs log(1 + e^-2), as the other one log(1 + e^2)."""
    loss = placed(loss_of(kind, margin=0.0), EAST, NORTH)
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    shares = torch.tensor([[0.75, 0.25]])
    found = float(loss(torch.tensor([EAST]), shares, 0.5).detach())
    assert found == pytest.approx(0.75 * right + 0.25 * wrong, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_without_margin_shares_make_a_cross_entropy(smoothing: float) -> None:
    """Also where a row has one class, or more than two."""
    loss = loss_of("softmax", 4, label_smoothing=smoothing)
    shares = torch.tensor([[0.3, 0.7, 0, 0], [0, 0, 1, 0], [0.1, 0.2, 0.3, 0.4]])
    cosines = F.normalize(circle(3)) @ F.normalize(loss.loss.W, dim=0)
    expected = F.cross_entropy(2 * cosines, shares, label_smoothing=smoothing)
    torch.testing.assert_close(loss(circle(3), shares, 0.5), expected)


@pytest.mark.parametrize("kind", ["arcface", "subcenter_arcface"])
def test_each_of_two_classes_has_its_margin(kind: str) -> None:
    loss = loss_of(kind, 4, centers=2, ramp=[0.2, 0.6])
    points, labels, others = circle(), torch.arange(8) % 4, torch.arange(1, 9) % 4
    shares = 0.75 * F.one_hot(labels, 4) + 0.25 * F.one_hot(others, 4)
    found = [loss(points, shares, share) for share in (0.0, 0.9)]
    for cost, share in zip(found, (0.0, 0.9), strict=True):
        as_each = [loss(points, own, share) for own in (labels, others)]
        torch.testing.assert_close(cost, 0.75 * as_each[0] + 0.25 * as_each[1])
    assert found[0] < found[1]


@pytest.mark.parametrize("kind", SOFTMAXES)
def test_whole_shares_are_labels(kind: str) -> None:
    loss, labels = loss_of(kind, 4, label_smoothing=0.1), torch.arange(8) % 4
    points = [circle().requires_grad_() for _ in range(2)]
    costs = [loss(points[0], F.one_hot(labels, 4).float(), 0.5), loss(points[1], labels, 0.5)]
    torch.testing.assert_close(*costs)
    for cost in costs:
        cost.backward()
    torch.testing.assert_close(points[0].grad, points[1].grad)
    assert points[0].grad is not None and points[0].grad.any()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(SOFTMAXES)))
def test_losses_of_pairs_take_no_shares(kind: str) -> None:
    loss = loss_of(kind, 4)
    with pytest.raises(ValueError, match=f"loss {kind} takes no pictures that are mixed"):
        loss(circle(), torch.full((8, 4), 0.25), 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_low_precision_around_it_changes_nothing(kind: str) -> None:
    loss, labels = loss_of(kind, classes=4), torch.arange(8) % 4
    expected = loss(circle(), labels, 0.5)
    with torch.autocast("cpu", torch.bfloat16):
        found = loss(circle(), labels, 0.5)
        assert found.dtype == torch.float32
        assert torch.equal(found, expected)
        assert loss(circle().bfloat16(), labels, 0.5).dtype == torch.float32


def test_which_losses_need_pairs() -> None:
    needing = {kind for kind in KINDS if loss_of(kind).params.needs_pairs}
    assert needing == {"contrastive", "triplet", "multi_similarity"}


@pytest.mark.parametrize("ramp", [[0.5, 0.2], [-0.1, 0.2], [0.5, 1.1]])
def test_a_ramp_that_does_not_rise_within_training_is_refused(ramp: list[float]) -> None:
    with pytest.raises(ValidationError, match="two shares of training, rising"):
        loss_of("arcface", ramp=ramp)


def test_an_angle_in_degrees_is_refused() -> None:
    with pytest.raises(ValidationError, match="28.6 of arcface is an angle in radians"):
        loss_of("arcface", margin=28.6)
    assert loss_of("contrastive", margin=2.0).params.margin == 2.0  # a distance


def test_reachable_margin() -> None:
    assert reachable_margin(2) == 2  # antipodes
    assert reachable_margin(3) == pytest.approx(3**0.5)  # a triangle in the unit circle
    assert reachable_margin(28) == pytest.approx(1.44, abs=0.005)
