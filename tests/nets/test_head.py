"""The last layer: linear or cosine, with or without size cues."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from rasm.nets.glyph_net import GlyphHead


def features(count: int = 6) -> torch.Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(0))


def head(**options: object) -> GlyphHead:
    torch.manual_seed(0)
    return GlyphHead(8, 5, 0.0, **options).eval()  # type: ignore[arg-type]


def test_linear_is_a_linear_layer() -> None:
    one = head()
    expected = features() @ one.weight.T + one.linear.bias
    torch.testing.assert_close(one(features()), expected)


def test_without_options_it_is_drawn_as_a_linear_layer_alone() -> None:
    torch.manual_seed(0)
    alone = nn.Linear(8, 5)
    assert torch.equal(head().weight, alone.weight)
    assert [name for name, _ in head().named_parameters()] == ["linear.weight", "linear.bias"]


def test_cosine_is_the_angle_and_nothing_else() -> None:
    """The same whatever the features' length, `cosine_scale` where they point as their class."""
    one = head(cosine_scale=20.0)
    logits = one(features())
    expected = 20 * torch.cosine_similarity(features()[:, None], one.linear.weight[None], dim=2)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(one(7 * features()), logits)
    torch.testing.assert_close(one(one.linear.weight).diag(), torch.full((5,), 20.0))
    assert one.linear.bias is None


def test_cosine_logits_are_exact_under_bf16() -> None:
    one = head(cosine_scale=20.0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = one(features())
    assert logits.dtype == torch.float32
    assert torch.equal(logits, one(features()))


@pytest.mark.parametrize("scale", [None, 20.0])
def test_weights_times_features_are_the_logits(scale: float | None) -> None:
    """What class activation maps rest on; a cosine head sees features of length 1."""
    one = head(cosine_scale=scale)
    unit = features() / features().norm(dim=1, keepdim=True)
    logits = unit @ one.weight.T
    bias = torch.zeros(5) if scale else one.linear.bias
    torch.testing.assert_close(one(unit), logits + bias)


@pytest.mark.parametrize("scale", [None, 20.0])
def test_cues_change_the_answer_and_come_last(scale: float | None) -> None:
    one = head(size_cues=True, cosine_scale=scale)
    low, high = torch.zeros(6, 4), torch.ones(6, 4)
    assert one(features(), low).shape == (6, 5)
    assert not torch.allclose(one(features(), low), one(features(), high))
    assert one.weight.shape[1] > one.features == 8
    with torch.no_grad():
        one.linear.weight[:, 8:] = 0
    # Cues that no class looks at lengthen what a cosine head sees, and turn nothing.
    directions = [F.normalize(one(features(), cues)) for cues in (low, high)]
    torch.testing.assert_close(*directions)


def test_every_parameter_learns() -> None:
    one = head(size_cues=True, cosine_scale=20.0)
    logits = one(features(), torch.randn(6, 4, generator=torch.Generator().manual_seed(1)))
    nn.functional.cross_entropy(logits, torch.arange(6) % 5).backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())


def test_a_head_for_cues_refuses_a_bare_picture() -> None:
    with pytest.raises(ValueError, match=r"train_phase2\.size_cues or train_baseline\.size_cues"):
        head(size_cues=True)(features())


def test_a_head_without_use_for_cues_does_not_look_at_them() -> None:
    assert torch.equal(head()(features(), torch.ones(6, 4)), head()(features()))


def test_dropout_works_in_training_alone() -> None:
    one = GlyphHead(8, 5, 0.5)
    assert not torch.equal(one.train()(features()), one(features()))
    assert torch.equal(one.eval()(features()), one(features()))
