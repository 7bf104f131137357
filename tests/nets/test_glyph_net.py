"""What all classifiers share: an encoder, and a head, linear or cosine, with or without cues."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rasm.nets.glyph_net import GlyphNet
from tests.nets.small import grid_cnn, grid_transformer, head, raster_cnn

GRIDS = torch.randint(0, 20, (3, 16, 16), generator=torch.Generator().manual_seed(0))
RASTERS = torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(0))
CUES = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
each_network = pytest.mark.parametrize("make", [grid_cnn, grid_transformer, raster_cnn])


def made(make: Any, **options: Any) -> tuple[GlyphNet, Tensor]:
    torch.manual_seed(0)
    return make(**options).eval(), RASTERS if make is raster_cnn else GRIDS


@each_network
def test_logits_are_the_head_of_what_is_encoded(make: Any) -> None:
    network, inputs = made(make)
    features = network.encode(inputs)
    assert features.shape == (3, network.head.features)
    torch.testing.assert_close(network(inputs), network.head(features))


@each_network
def test_cosine_logits_are_within_their_scale(make: Any) -> None:
    network, inputs = made(make, cosine_scale=20.0)
    assert network(inputs).abs().max() <= 20.0 + 1e-4


@each_network
def test_cues_reach_the_head(make: Any) -> None:
    network, inputs = made(make, size_cues=True)
    assert not torch.allclose(network(inputs, CUES), network(inputs, CUES + 1))
    with pytest.raises(ValueError, match="trained with size cues, which a bare picture lacks"):
        network(inputs)


def features(count: int = 6) -> Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(0))


def seeded_head(**options: Any) -> Any:
    torch.manual_seed(0)
    return head(**options).eval()


def test_linear_is_a_linear_layer() -> None:
    one = seeded_head()
    expected = features() @ one.weight.T + one.linear.bias
    torch.testing.assert_close(one(features()), expected)


def test_without_options_it_is_drawn_as_a_linear_layer_alone() -> None:
    torch.manual_seed(0)
    alone = nn.Linear(8, 5)
    assert torch.equal(seeded_head().weight, alone.weight)
    assert [name for name, _ in seeded_head().named_parameters()] == [
        "linear.weight",
        "linear.bias",
    ]


def test_cosine_is_the_angle_and_nothing_else() -> None:
    """The same whatever the features' length, `cosine_scale` where they point as their class."""
    one = seeded_head(cosine_scale=20.0)
    logits = one(features())
    expected = 20 * torch.cosine_similarity(features()[:, None], one.linear.weight[None], dim=2)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(one(7 * features()), logits)
    torch.testing.assert_close(one(one.linear.weight).diag(), torch.full((5,), 20.0))
    assert one.linear.bias is None


def test_cosine_logits_are_exact_under_bf16() -> None:
    one = seeded_head(cosine_scale=20.0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = one(features())
    assert logits.dtype == torch.float32
    assert torch.equal(logits, one(features()))


@pytest.mark.parametrize("scale", [None, 20.0])
def test_weights_times_features_are_the_logits(scale: float | None) -> None:
    """What class activation maps rest on; a cosine head sees features of length 1."""
    one = seeded_head(cosine_scale=scale)
    unit = features() / features().norm(dim=1, keepdim=True)
    logits = unit @ one.weight.T
    bias = torch.zeros(5) if scale else one.linear.bias
    torch.testing.assert_close(one(unit), logits + bias)


@pytest.mark.parametrize("scale", [None, 20.0])
def test_cues_change_the_answer_and_come_last(scale: float | None) -> None:
    one = seeded_head(size_cues=True, cosine_scale=scale)
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
    one = seeded_head(size_cues=True, cosine_scale=20.0)
    logits = one(features(), torch.randn(6, 4, generator=torch.Generator().manual_seed(1)))
    nn.functional.cross_entropy(logits, torch.arange(6) % 5).backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())


def test_a_head_without_use_for_cues_does_not_look_at_them() -> None:
    assert torch.equal(seeded_head()(features(), torch.ones(6, 4)), seeded_head()(features()))


def test_dropout_works_in_training_alone() -> None:
    one = head(dropout=0.5)
    assert not torch.equal(one.train()(features()), one(features()))
    assert torch.equal(one.eval()(features()), one(features()))
