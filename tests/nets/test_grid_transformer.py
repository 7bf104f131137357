"""The network of phase 2: shapes for every parameter, patches, positions."""

from typing import Any

import pytest
import torch
from torch.nn import functional as F

from rasm.nets.grid_transformer import EncoderLayer, sinusoidal_positions
from tests.nets.small import grid_transformer


@pytest.mark.parametrize("position", ["learned", "sinusoidal"])
@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize(("grid", "patch"), [(8, 1), (8, 2), (16, 2), (16, 4), (32, 2)])
def test_shapes(grid: int, patch: int, pooling: Any, position: Any) -> None:
    network = grid_transformer(grid=grid, patch=patch, pooling=pooling, position=position).eval()
    primitives = torch.randint(0, 20, (3, grid, grid))
    assert network(primitives).shape == (3, 5)
    assert network.features(network.embed(primitives)).shape == (3, 16)
    tokens = (grid // patch) ** 2
    assert network.positions.shape == (tokens, 16)


def test_size_is_what_adds_up_by_hand() -> None:
    """64 tokens of 4 x 64 = 256 features, four layers of width 256 with 512 between."""
    network = grid_transformer(
        classes=10, vocabulary=1024, embedding=64, width=256, layers=4, heads=8, mlp=512
    )
    layer = 2 * 2 * 256 + (256 + 1) * 768 + (256 + 1) * 256 + (256 + 1) * 512 + (512 + 1) * 256
    expected = (
        1024 * 64  # embedding
        + (256 + 1) * 256  # projection
        + 64 * 256  # positions
        + 256  # the class token
        + 4 * layer
        + 2 * 256  # last norm
        + (256 + 1) * 10  # head
    )
    assert sum(p.numel() for p in network.parameters()) == expected


def test_a_token_is_a_square_block_of_cells() -> None:
    """Changing a cell changes the one token that holds it: cell (5, 2) is in block (2, 1) of 8."""
    torch.manual_seed(0)
    network = grid_transformer().eval()
    seen: list[torch.Tensor] = []
    network.project.register_forward_hook(lambda module, inputs, output: seen.append(output))
    primitives = torch.zeros(1, 16, 16, dtype=torch.long)
    network(primitives)
    primitives[0, 5, 2] = 9
    network(primitives)
    changed = (seen[0] != seen[1]).any(dim=2)[0]
    assert changed.nonzero().flatten().tolist() == [2 * 8 + 1]


@pytest.mark.parametrize("position", ["learned", "sinusoidal"])
@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_where_a_primitive_stands_matters(pooling: Any, position: Any) -> None:
    torch.manual_seed(0)
    network = grid_transformer(grid=8, pooling=pooling, position=position).eval()
    primitives = torch.zeros(2, 8, 8, dtype=torch.long)
    primitives[0, 0, 0] = primitives[1, 6, 4] = 3
    logits = network(primitives)
    assert not torch.allclose(logits[0], logits[1])


def test_every_parameter_learns() -> None:
    network = grid_transformer(grid=8)
    network(torch.randint(0, 20, (4, 8, 8))).square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_sinusoidal_positions_by_hand() -> None:
    """Width 4: sine and cosine of the row, then of the column, at rate 1."""
    positions = sinusoidal_positions(3, 4)
    row, column = torch.tensor(2.0), torch.tensor(1.0)
    expected = torch.stack([row.sin(), row.cos(), column.sin(), column.cos()])
    torch.testing.assert_close(positions[2 * 3 + 1], expected)
    assert len(sinusoidal_positions(8, 256).unique(dim=0)) == 64


def test_what_does_not_divide_is_refused() -> None:
    with pytest.raises(ValueError, match="patch 3 does not divide the grid of 16"):
        grid_transformer(patch=3)
    with pytest.raises(ValueError, match="divisible by 4, not 6"):
        sinusoidal_positions(4, 6)


def layer(dropout: float = 0.0) -> EncoderLayer:
    torch.manual_seed(0)
    return EncoderLayer(width=32, heads=4, mlp=48, dropout=dropout).eval()


def test_attention_rows_sum_to_one() -> None:
    weights, value = layer().attend(torch.randn(3, 10, 32))
    assert weights.shape == (3, 4, 10, 10)
    assert value.shape == (3, 4, 10, 8)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(3, 4, 10))


def test_the_layer_is_the_formula() -> None:
    """x + attention(norm(x)), then + mlp(norm of that), by PyTorch's own attention."""
    block, tokens = layer(), torch.randn(2, 7, 32)
    query, key, value = (
        part.reshape(2, 7, 4, 8).transpose(1, 2)
        for part in block.to_qkv(block.before_attention(tokens)).chunk(3, dim=-1)
    )
    mixed = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(2, 7, 32)
    after = tokens + block.from_heads(mixed)
    expected = after + block.mlp(block.before_mlp(after))
    torch.testing.assert_close(block(tokens), expected)


def test_tokens_have_no_order_of_their_own() -> None:
    """Without positions, shuffled tokens give shuffled results."""
    block, tokens = layer(), torch.randn(2, 7, 32)
    order = torch.randperm(7)
    torch.testing.assert_close(block(tokens[:, order]), block(tokens)[:, order])


def test_dropout_is_one_mask_a_glyph_and_keeps_the_mean() -> None:
    block = layer(dropout=0.25).train()
    dropped = block._drop(torch.ones(400, 5, 32))
    torch.testing.assert_close(dropped, dropped[:, :1].expand(-1, 5, -1))
    zero = dropped == 0
    torch.testing.assert_close(dropped[~zero], torch.full_like(dropped[~zero], 1 / 0.75))
    assert abs(float(zero.float().mean()) - 0.25) < 0.02
    assert not torch.equal(dropped[0], dropped[1])
    tokens = torch.randn(2, 7, 32)
    torch.testing.assert_close(block.eval()(tokens), layer()(tokens))


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValueError, match="width 32 does not divide into 5 heads"):
        EncoderLayer(32, 5, 48, 0.0)
