"""Supervised contrastive loss, on points of the circle whose loss is worked out by hand."""

import math

import pytest
import torch

from rasm.losses.cells import supervised_contrastive

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)


def loss(points: list[tuple[float, float]], classes: list[int], temperature: float = 1.0) -> float:
    embeddings, numbers = torch.tensor(points), torch.tensor(classes)
    return float(supervised_contrastive(embeddings, numbers, temperature))


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_a_pair_and_a_stranger_at_a_right_angle(temperature: float) -> None:
    """Both of the pair: -log(e^(1/t) / (e^(1/t) + e^0)). The stranger has no like: no anchor."""
    expected = math.log(1 + math.exp(-1 / temperature))
    assert loss([EAST, EAST, NORTH], [0, 0, 1], temperature) == pytest.approx(expected)


def test_several_positives_are_averaged_outside_the_logarithm() -> None:
    """East sees north at 0 and west at -1; north sees both at 0; west sees as east does."""
    east = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(1))) / 2
    north = math.log(2)
    expected = (2 * east + north) / 3
    assert loss([EAST, NORTH, WEST], [7, 7, 7]) == pytest.approx(expected)


def test_all_points_in_one_place_are_a_guess_among_the_others() -> None:
    assert loss([EAST] * 5, [0, 0, 1, 1, 2]) == pytest.approx(math.log(4))


def test_like_points_together_lose_less_than_like_points_apart() -> None:
    assert loss([EAST, EAST, WEST, WEST], [0, 0, 1, 1]) < loss(
        [EAST, WEST, EAST, WEST], [0, 0, 1, 1]
    )


def test_a_batch_without_any_pair_has_neither_loss_nor_gradient() -> None:
    points = torch.tensor([EAST, NORTH, WEST], requires_grad=True)
    found = supervised_contrastive(points, torch.arange(3), 0.05)
    found.backward()  # type: ignore[no-untyped-call]
    assert float(found.detach()) == 0
    assert points.grad is not None and not points.grad.any()


def test_the_gradient_pulls_the_like_and_pushes_the_unlike() -> None:
    points = torch.tensor([EAST, NORTH, (0.0, -1.0)], requires_grad=True)
    supervised_contrastive(points, torch.tensor([0, 0, 1]), 1.0).backward()  # type: ignore[no-untyped-call]
    assert points.grad is not None
    assert points.grad[0, 1] < 0  # downhill is north, to its like


def test_half_precision_around_it_changes_nothing() -> None:
    torch.manual_seed(0)
    points = torch.nn.functional.normalize(torch.randn(20, 8), dim=1)
    classes = torch.arange(20) % 6
    plain = supervised_contrastive(points, classes, 0.05)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(supervised_contrastive(points, classes, 0.05), plain)
