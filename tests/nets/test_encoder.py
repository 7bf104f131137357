"""One layer of the encoder: attention that sums to one and sees every token."""

import pytest
import torch
from torch.nn import functional as F

from rasm.nets.grid_transformer import EncoderLayer


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
