"""The residual block: what it adds to, and what size it leaves."""

import pytest
import torch

from rasm.nets.residual import Residual


@pytest.mark.parametrize(
    ("inputs", "outputs", "stride", "size"), [(4, 4, 1, 16), (4, 8, 2, 8), (4, 8, 1, 16)]
)
def test_shapes(inputs: int, outputs: int, stride: int, size: int) -> None:
    block = Residual(inputs, outputs, stride)
    assert block(torch.rand(2, inputs, 16, 16)).shape == (2, outputs, size, size)


def test_a_silent_body_leaves_the_input() -> None:
    """With the last norm at zero the block is its shortcut, negative parts cut."""
    block = Residual(4, 4, 1).eval()
    torch.nn.init.zeros_(block.body[-1].weight)
    maps = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(block(maps), maps.clamp_min(0))


def test_a_shortcut_has_weights_only_where_shapes_change() -> None:
    assert not list(Residual(4, 4, 1).shortcut.parameters())
    assert list(Residual(4, 8, 1).shortcut.parameters())
    assert list(Residual(4, 4, 2).shortcut.parameters())
