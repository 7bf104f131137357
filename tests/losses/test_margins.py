"""Margins, with angles that a reader can check; and ramps: nothing, then more, then all."""

import math
from typing import Any, Literal

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from rasm.losses.margins import CosineMargin, Margin, Ramp, ramped, with_margin

Kind = Literal["arcface", "cosface"]
SCALE = 10.0


def lowered(kind: Kind, logits: torch.Tensor, target: int, size: float = 0.2) -> torch.Tensor:
    return with_margin(logits, torch.full((len(logits),), target), kind, size, SCALE)


def at_angle(*angles: float) -> torch.Tensor:
    """Logits of one glyph, at these angles to the classes."""
    return SCALE * torch.tensor([angles]).cos()


def test_cosface_takes_the_margin_from_the_target_s_cosine_alone() -> None:
    found = lowered("cosface", at_angle(math.pi / 3, math.pi / 2), 0)
    expected = torch.tensor([[SCALE * (0.5 - 0.2), 0.0]])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_arcface_turns_the_target_away() -> None:
    torch.testing.assert_close(lowered("arcface", at_angle(0.5, 1.0), 1), at_angle(0.5, 1.2))


def test_arcface_never_turns_past_pi() -> None:
    """At an angle of 3, 0.2 more would be past pi, and the cosine would rise again."""
    logits = SCALE * torch.linspace(0, math.pi, 200).cos()[:, None]
    found = lowered("arcface", logits, 0)[:, 0]
    assert (found[1:] < found[:-1]).all()
    assert (found < logits[:, 0]).all()
    beyond = float(lowered("arcface", at_angle(3.0), 0))
    assert beyond == pytest.approx(SCALE * (math.cos(3.0) - 0.2 * math.sin(0.2)), rel=1e-5)


@pytest.mark.parametrize("kind", ["arcface", "cosface"])
@pytest.mark.parametrize("cosine", [-1.0, 0.3, 1.0])
def test_gradients_are_finite_and_the_logits_stay(kind: Kind, cosine: float) -> None:
    logits = torch.tensor([[SCALE * cosine, 0.0]], requires_grad=True)
    torch.autograd.backward(lowered(kind, logits, 0).sum())
    assert logits.grad is not None and logits.grad.isfinite().all()
    assert logits.tolist() == [[pytest.approx(SCALE * cosine), 0.0]]


def margin(**section: Any) -> Any:
    return TypeAdapter(Margin).validate_python(section)


def test_a_margin_grows_over_its_ramp() -> None:
    asked = margin(kind="cosface", size=0.15, scale=SCALE, ramp=[0.2, 0.5])
    assert isinstance(asked, CosineMargin) and asked.cosine_scale == SCALE
    zero, target = torch.zeros(1, 2), torch.tensor([0])
    for progress, expected in [(0.0, 0.0), (0.2, 0.0), (0.3, 0.05), (0.5, 0.15), (0.9, 0.15)]:
        assert asked.at(progress) == pytest.approx(expected)
        found = asked.lowered(zero, target, progress)
        assert float(found[0, 0]) == pytest.approx(-SCALE * expected)


def test_none_changes_nothing_and_needs_no_cosine() -> None:
    logits = torch.randn(3, 4)
    none = margin(kind="none")
    assert none.lowered(logits, torch.tensor([0, 1, 2]), 0.9) is logits
    assert none.cosine_scale is None
    with pytest.raises(ValidationError, match="Extra inputs"):
        margin(kind="none", size=0.2)


@pytest.mark.parametrize(
    ("progress", "expected"), [(0.0, 0), (0.2, 0), (0.3, 1), (0.4, 2), (0.5, 3), (0.9, 3)]
)
def test_a_ramp_rises_between_its_shares(progress: float, expected: float) -> None:
    assert ramped(3, (0.2, 0.5), progress) == pytest.approx(expected)


def test_a_step_where_both_shares_are_one() -> None:
    assert [ramped(3, (0.2, 0.2), progress) for progress in (0.1, 0.2, 0.3)] == [0, 3, 3]
    assert ramped(3, (0.0, 0.0), 0.0) == 3


@pytest.mark.parametrize("ramp", [(0.5, 0.2), (-0.1, 0.2), (0.2, 1.1)])
def test_what_is_no_rise_is_refused(ramp: tuple[float, float]) -> None:
    with pytest.raises(ValidationError, match="two shares of training, rising"):
        TypeAdapter(Ramp).validate_python(ramp)
