"""Maps of single points, by hand."""

import math

import pytest
import torch

from rasm.augment.warps import rotations, scalings, slants, smooth_field

RIGHT, DOWN = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])


def test_a_rotation_turns_x_towards_y() -> None:
    turned = rotations(torch.tensor([0.0, math.pi / 2])) @ RIGHT
    torch.testing.assert_close(turned, torch.stack([RIGHT, DOWN]))


def test_a_slant_shifts_by_height_and_keeps_it() -> None:
    slanted = slants(torch.tensor([0.0, 0.3]))
    torch.testing.assert_close(slanted @ DOWN, torch.tensor([[0.0, 1.0], [0.3, 1.0]]))
    torch.testing.assert_close(slanted @ RIGHT, RIGHT.expand(2, 2))


def test_scaling_is_apart_for_each_axis() -> None:
    scaled = scalings(torch.tensor([[2.0, 3.0], [1.0, 0.5]])) @ (RIGHT + DOWN)
    torch.testing.assert_close(scaled, torch.tensor([[2.0, 3.0], [1.0, 0.5]]))


def test_a_field_goes_through_its_knots_and_is_smooth_between() -> None:
    knots = torch.zeros(1, 2, 5, 5)
    knots[0, 1, 2, 2] = 1
    field = smooth_field(knots, 65)
    assert not field[0, 0].any()
    assert field[0, 1, ::16, ::16].flatten().tolist() == pytest.approx([0] * 12 + [1] + [0] * 12)
    assert float(field[0, 1].diff(dim=1).abs().max()) < 0.15
