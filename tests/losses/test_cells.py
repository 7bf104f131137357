"""What weighs how much in phase 1's losses: primitives to count, points of a circle by hand."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rasm.losses.cells import class_weights, embedding_loss, naming_loss, supervised_contrastive
from tests.nets.small import cell_cnn

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
USE = np.array([0, 90, 9, 1])  # of the empty primitive, and of three inked ones


def test_without_weighting_all_cells_count_alike() -> None:
    np.testing.assert_allclose(class_weights(USE, 0, 10), [1, 1, 1, 1])


def test_inverse_frequency_makes_primitives_count_alike() -> None:
    """A third of 100 cells each: 100/3/90, 100/3/9, 100/3/1."""
    weights = class_weights(USE, 1, 1000)
    np.testing.assert_allclose(weights, [1, 100 / 270, 100 / 27, 100 / 3], rtol=1e-6)
    np.testing.assert_allclose(weights[1:] * USE[1:], [100 / 3] * 3, rtol=1e-6)


def test_powers_in_between_are_roots() -> None:
    weights = class_weights(USE, 0.5, 1000)
    assert weights[3] / weights[2] == pytest.approx(3)
    assert np.average(weights[1:], weights=USE[1:]) == pytest.approx(1)


def test_the_rarest_are_capped_and_the_mean_stays_one() -> None:
    """Of 1/90, 1/9 and 1, whose mean over the cells is 0.03, the last two become 0.06."""
    weights = class_weights(USE, 1, 2)
    assert weights[2] == weights[3] == pytest.approx(0.06 / (0.9 / 90 + 0.1 * 0.06))
    assert np.average(weights[1:], weights=USE[1:]) == pytest.approx(1)


def test_a_primitive_that_training_never_uses_weighs_as_if_used_once() -> None:
    weights = class_weights(np.array([0, 4, 0, 1]), 1, 1000)
    assert weights[2] == weights[3] and np.isfinite(weights).all()


def test_cross_entropy_by_weight() -> None:
    """Logits 0 and 1, and the truth once each: loss log(1 + e) and log(1 + 1/e)."""
    logits = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    batch = (logits, torch.tensor([0, 1]))
    wrong, right = math.log(1 + math.e), math.log(1 + 1 / math.e)
    assert float(naming_loss()(nn.Identity(), batch, 0)) == pytest.approx((wrong + right) / 2)
    weighted = naming_loss(torch.tensor([3.0, 1.0]))(nn.Identity(), batch, 0)
    assert float(weighted) == pytest.approx((3 * wrong + right) / 4)


def test_embedding_loss_is_naming_plus_contrast() -> None:
    torch.manual_seed(0)
    network = cell_cnn(vocabulary=5, embedding=6, temperature=0.1)
    pictures, targets = torch.rand(8, 1, 8, 8), torch.arange(8) % 4
    embedded, logits = network.eval()(pictures, with_embedding=True)
    contrast = supervised_contrastive(embedded, targets, 0.1)
    weights = torch.tensor([1.0, 2, 3, 4, 5])
    naming = naming_loss(weights)(nn.Identity(), (logits, targets), 0)
    found = embedding_loss(weights, 0.1)(network, (pictures, targets), 0)
    torch.testing.assert_close(found, naming + contrast)


def test_embedding_loss_asks_the_network_once_through_its_forward() -> None:
    """A compiled or wrapped network is one whose forward alone may be called."""
    calls: list[Any] = []

    class Wrapped(nn.Module):
        def forward(self, cells: Tensor, **options: Any) -> tuple[Tensor, Tensor]:
            calls.append(options)
            return nn.functional.normalize(cells, dim=1), cells

    batch = (torch.eye(3), torch.tensor([0, 1, 2]))
    embedding_loss(None, 0.5)(Wrapped(), batch, 0)
    assert calls == [{"with_embedding": True}]


def contrast(
    points: list[tuple[float, float]], classes: list[int], temperature: float = 1.0
) -> float:
    embeddings, numbers = torch.tensor(points), torch.tensor(classes)
    return float(supervised_contrastive(embeddings, numbers, temperature))


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_a_pair_and_a_stranger_at_a_right_angle(temperature: float) -> None:
    """Both of the pair: -log(e^(1/t) / (e^(1/t) + e^0)). The stranger has no like: no anchor."""
    expected = math.log(1 + math.exp(-1 / temperature))
    assert contrast([EAST, EAST, NORTH], [0, 0, 1], temperature) == pytest.approx(expected)


def test_several_positives_are_averaged_outside_the_logarithm() -> None:
    """East sees north at 0 and west at -1; north sees both at 0; west sees as east does."""
    east = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(1))) / 2
    north = math.log(2)
    expected = (2 * east + north) / 3
    assert contrast([EAST, NORTH, WEST], [7, 7, 7]) == pytest.approx(expected)


def test_all_points_in_one_place_are_a_guess_among_the_others() -> None:
    assert contrast([EAST] * 5, [0, 0, 1, 1, 2]) == pytest.approx(math.log(4))


def test_like_points_together_lose_less_than_like_points_apart() -> None:
    assert contrast([EAST, EAST, WEST, WEST], [0, 0, 1, 1]) < contrast(
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
