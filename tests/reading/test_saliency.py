"""Heat over cells: exact where theory says so, and small enough to follow by hand."""

import pytest
import torch
from torch import Tensor, nn

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_net import GridNet
from rasm.nets.grid_transformer import GridTransformer
from rasm.reading.saliency import activation_map, attention_weights, legend, rollout, saliency
from tests.nets.small import grid_cnn, grid_transformer


def cnn(**options: object) -> GridCNN:
    torch.manual_seed(0)
    return grid_cnn(**options).eval()


def transformer(**options: object) -> GridTransformer:
    torch.manual_seed(0)
    return grid_transformer(grid=8, **options).eval()


def grids(count: int = 3, side: int = 16) -> Tensor:
    return torch.randint(20, (count, side, side), generator=torch.Generator().manual_seed(1))


def test_rollout_by_hand() -> None:
    """Layer 1 sends all of token 0 to token 1, layer 2 the other way; half stays each time.

    Layer 1: [[1/2, 1/2], [0, 1]]. Layer 2: [[1, 0], [1/2, 1/2]]. Second times first:
    [[1/2, 1/2], [1/4, 3/4]].
    """
    first, second = torch.tensor([[[0.0, 1], [0, 1]]]), torch.tensor([[[1.0, 0], [1, 0]]])
    assert rollout([first, second]).tolist() == [[[0.5, 0.5], [0.25, 0.75]]]


def test_activation_map_by_hand() -> None:
    """Two features on 1 x 2 places: 2 * 1 - 1 * 3 and 2 * 0 - 1 * 5."""
    maps = torch.tensor([[[[1.0, 0.0]], [[3.0, 5.0]]]])
    assert activation_map(maps, torch.tensor([[2.0, -1.0]])).tolist() == [[[-1.0, -5.0]]]


@torch.no_grad()
def test_the_map_adds_up_to_the_lead_of_the_answer() -> None:
    """Mean over places of a linear head's map is the logit without its bias."""
    model = cnn()
    nn.init.normal_(model.head.linear.bias)
    maps = model.maps(model.embed(grids()))
    answered, rival = torch.tensor([0, 1, 2]), torch.tensor([3, 3, 4])
    lead = activation_map(maps, model.head.weight[answered] - model.head.weight[rival])
    logits = model(grids()) - model.head.linear.bias
    rows = torch.arange(3)
    expected = logits[rows, answered] - logits[rows, rival]
    torch.testing.assert_close(lead.mean(dim=(1, 2)), expected)


@torch.no_grad()
@pytest.mark.parametrize("options", [{}, {"cosine_scale": 16.0}, {"size_cues": True}])
def test_heat_of_the_cnn_turns_round_with_the_question(options: dict[str, object]) -> None:
    model = cnn(**options)
    a, b = torch.tensor([0, 1, 2]), torch.tensor([3, 3, 4])
    heat = saliency(model, grids(), a, b)
    assert heat.shape == (3, 16, 16)
    torch.testing.assert_close(heat.abs().amax(dim=(1, 2)), torch.ones(3))
    torch.testing.assert_close(saliency(model, grids(), b, a), -heat)


@torch.no_grad()
def test_a_class_against_itself_is_cold_everywhere() -> None:
    same = torch.tensor([0, 1, 2])
    assert not saliency(cnn(), grids(), same, same).any()


@torch.no_grad()
@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("patch", [1, 2])
def test_heat_of_the_transformer_lies_on_patches(pooling: str, patch: int) -> None:
    model = transformer(pooling=pooling, patch=patch)
    given = grids(side=8)
    nobody = torch.zeros(3, dtype=torch.int64)
    weights = attention_weights(model, model.embed(given))
    tokens = (8 // patch) ** 2 + (pooling == "cls")
    assert [w.shape for w in weights] == [(3, 2, tokens, tokens)] * 2
    heat = saliency(model, given, nobody, nobody)
    assert heat.shape == (3, 8, 8)
    assert heat.min() >= 0
    torch.testing.assert_close(heat.amax(dim=(1, 2)), torch.ones(3))


@torch.no_grad()
def test_attention_that_looks_at_one_patch_is_seen_there() -> None:
    """Keys grow with the first feature of a token, which the third patch has most of."""
    model = transformer(pooling="cls", patch=4)  # 2 x 2 patches
    for layer in model.encoder:
        layer.before_attention = nn.Identity()
        layer.to_qkv.weight.zero_()
        layer.to_qkv.bias.zero_()
        layer.to_qkv.weight[16, 0] = 1.0  # the first feature of the first head's key
        layer.to_qkv.bias[0] = 50.0  # and of its query, whatever the token
    model.positions.zero_()
    model.project.weight.zero_()
    model.project.bias.zero_()
    model.cls.zero_()
    model.positions[2, 0] = 1.0
    heat = saliency(model, grids(1, side=8), torch.tensor([0]), torch.tensor([1]))
    assert heat[0, 4:, :4].min() > 0.9 and heat[0, :4].max() < 0.1 and heat[0, 4:, 4:].max() < 0.1


@torch.no_grad()
def test_hooks_leave_no_trace() -> None:
    model = transformer()
    before = model(grids(side=8))
    attention_weights(model, model.embed(grids(side=8)))
    assert not any(layer._forward_pre_hooks for layer in model.encoder)
    assert torch.equal(model(grids(side=8)), before)


def test_a_network_that_shows_nothing_says_so() -> None:
    nobody = torch.zeros(1, dtype=torch.int64)
    with pytest.raises(ValueError, match="GridNet has neither maps nor attention"):
        saliency(GridNet(20, 8), grids(1), nobody, nobody)


def test_legend_fits_the_network() -> None:
    assert "activation maps" in legend(cnn())
    assert "attention rollout" in legend(transformer())
