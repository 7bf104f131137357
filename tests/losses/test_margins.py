"""Margins, with angles that a reader can check."""

import math
from typing import Any

import pytest
import torch

from rasm.losses.margins import Margin, with_margin

SCALE = 10.0


def margin(kind: str, size: float = 0.2, ramp: tuple[float, float] = (0.0, 0.0)) -> Margin:
    return Margin.model_validate({"kind": kind, "size": size, "scale": SCALE, "ramp": ramp})


def at_angle(*angles: float) -> torch.Tensor:
    """Logits of one glyph, at these angles to the classes."""
    return SCALE * torch.tensor([angles]).cos()


def test_cosface_takes_the_margin_from_the_target_s_cosine_alone() -> None:
    logits = at_angle(math.pi / 3, math.pi / 2)
    lowered = with_margin(logits, torch.tensor([0]), margin("cosface"), 0.5)
    torch.testing.assert_close(
        lowered, torch.tensor([[SCALE * (0.5 - 0.2), 0.0]]), atol=1e-5, rtol=0
    )


def test_arcface_turns_the_target_away() -> None:
    logits = at_angle(0.5, 1.0)
    lowered = with_margin(logits, torch.tensor([1]), margin("arcface"), 0.5)
    torch.testing.assert_close(lowered, at_angle(0.5, 1.2))


def test_arcface_never_turns_past_pi() -> None:
    """At an angle of 3, 0.2 more would be past pi, and the cosine would rise again."""
    angles = torch.linspace(0, math.pi, 200)
    logits = SCALE * angles.cos()[:, None]
    targets = torch.zeros(200, dtype=torch.long)
    lowered = with_margin(logits, targets, margin("arcface"), 0.5)[:, 0]
    assert (lowered[1:] < lowered[:-1]).all()
    assert (lowered < logits[:, 0]).all()
    beyond = with_margin(at_angle(3.0), torch.tensor([0]), margin("arcface"), 0.5)
    assert float(beyond) == pytest.approx(SCALE * (math.cos(3.0) - 0.2 * math.sin(0.2)), rel=1e-5)


@pytest.mark.parametrize("kind", ["arcface", "cosface"])
@pytest.mark.parametrize("cosine", [-1.0, 0.3, 1.0])
def test_gradients_are_finite_and_the_logits_stay(kind: str, cosine: float) -> None:
    logits = torch.tensor([[SCALE * cosine, 0.0]], requires_grad=True)
    lowered = with_margin(logits, torch.tensor([0]), margin(kind), 0.5)
    lowered.sum().backward()
    assert logits.grad is not None and logits.grad.isfinite().all()
    assert logits.tolist() == [[pytest.approx(SCALE * cosine), 0.0]]


@pytest.mark.parametrize(
    ("progress", "expected"), [(0.0, 0.0), (0.2, 0.0), (0.3, 0.05), (0.5, 0.15), (0.9, 0.15)]
)
def test_the_ramp(progress: float, expected: float) -> None:
    ramped = margin("cosface", size=0.15, ramp=(0.2, 0.5))
    assert ramped.at(progress) == pytest.approx(expected)
    logits = torch.zeros(1, 2)
    lowered = with_margin(logits, torch.tensor([0]), ramped, progress)
    assert float(lowered[0, 0]) == pytest.approx(-SCALE * expected)


def test_a_ramp_of_no_length_is_a_step() -> None:
    step = margin("cosface", ramp=(0.4, 0.4))
    assert [step.at(progress) for progress in (0.39, 0.4)] == [0.0, 0.2]


def test_none_changes_nothing_and_needs_no_cosine() -> None:
    logits = torch.randn(3, 4)
    assert with_margin(logits, torch.tensor([0, 1, 2]), margin("none"), 0.9) is logits
    assert margin("none").cosine_scale is None
    assert margin("arcface").cosine_scale == SCALE


@pytest.mark.parametrize("ramp", [(0.5, 0.2), (-0.1, 0.2), (0.5, 1.1)])
def test_a_ramp_that_does_not_rise_within_training_is_refused(ramp: Any) -> None:
    with pytest.raises(ValueError, match="two shares of training, rising"):
        margin("arcface", ramp=ramp)
