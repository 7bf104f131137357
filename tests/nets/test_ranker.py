"""The Siamese ranker, whatever its weights."""

from pathlib import Path

import pytest
import torch

from rasm.nets.ranker import RankerNet
from rasm.nets.weights import load_network, save_weights


def ranker(layer_norm: bool = True) -> RankerNet:
    torch.manual_seed(0)
    made = RankerNet(0, 3, 4, (16, 8), 0.3, layer_norm, (2, 5))
    made.standardize(FEATURES)
    return made.eval()


FEATURES = torch.rand(6, 7, generator=torch.Generator().manual_seed(1)) * 100


@pytest.mark.parametrize("layer_norm", [True, False])
def test_a_picture_is_encoded_alike_whatever_it_is_compared_with(layer_norm: bool) -> None:
    network = ranker(layer_norm)
    together = network.encode(FEATURES)
    assert together.shape == (6, 8)
    for row in range(6):
        torch.testing.assert_close(network.encode(FEATURES[row : row + 1])[0], together[row])
    torch.testing.assert_close(
        network.comparison_head(together)[:, 0], network(FEATURES), rtol=0, atol=0
    )


def test_the_card_says_what_it_is_and_is_read_back(tmp_path: Path) -> None:
    network = ranker()
    # Norm 2 * 7, layers 7 * 16 + 16 and 16 * 8 + 8, head 8 + 1.
    assert network.metadata == {
        "architecture_type": "siamese",
        "embedding_dim": 8,
        "input_dim": 7,
        "clip_dim": 0,
        "cnn_dim": 3,
        "iqa_dim": 4,
        "mlp_hidden_dims": [16, 8],
        "total_parameters": 14 + 128 + 136 + 9,
        "architecture_summary": "Features(7) → Siamese(16 → 8) → Score(1) [embedding_dim=8]",
        "use_layernorm": True,
        "dropout": 0.3,
        "ideals": [2, 5],
    }
    save_weights(tmp_path, network, {"architecture": network.metadata})
    again = load_network(tmp_path, RankerNet.of_metadata)
    assert torch.equal(again(FEATURES), network(FEATURES))


@pytest.mark.parametrize("change", [{"architecture_type": "mlp"}, {"input_dim": 9}])
def test_a_card_of_another_network_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    network = ranker()
    save_weights(tmp_path, network, {"architecture": {**network.metadata, **change}})
    with pytest.raises(ValueError, match="no card of a Siamese ranker"):
        load_network(tmp_path, RankerNet.of_metadata)


def test_units_do_not_matter() -> None:
    """Features in other units, with their own mean and deviation, score the same."""
    network = ranker()
    before = network(FEATURES)
    scale = torch.tensor([1000, 0.001, 1, 5, 1, 1, 1])
    network.standardize(FEATURES * scale + 3)
    torch.testing.assert_close(network(FEATURES * scale + 3), before, rtol=1e-3, atol=1e-3)


def test_mixed_precision_does_not_reach_it() -> None:
    network = ranker()
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(network(FEATURES), network(FEATURES.clone()))
        mixed = network(FEATURES)
    assert torch.equal(mixed, network(FEATURES))


def test_it_needs_features() -> None:
    with pytest.raises(ValueError, match="needs features"):
        RankerNet(0, 0, 0, (8,), 0.0, True, (0, 0))
