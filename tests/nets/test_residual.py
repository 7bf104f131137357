"""The residual block: what it adds to, and what size it leaves."""

import pytest
import torch
from torch import nn
from torchvision import models

from rasm.nets.residual import Pointwise, Residual, without_strided_pointwise


@pytest.mark.parametrize(
    ("inputs", "outputs", "stride", "size", "left"),
    [(4, 4, 1, 16, 16), (4, 8, 2, 16, 8), (4, 8, 1, 16, 16), (4, 4, 2, 15, 8)],
)
def test_shapes(inputs: int, outputs: int, stride: int, size: int, left: int) -> None:
    block = Residual(inputs, outputs, stride)
    assert block(torch.rand(2, inputs, size, size)).shape == (2, outputs, left, left)


def test_the_shortcut_takes_the_mean_of_what_it_reduces() -> None:
    maps = torch.arange(9.0).reshape(1, 1, 3, 3)
    means = [[(0 + 1 + 3 + 4) / 4, (2 + 5) / 2], [(6 + 7) / 2, 8.0]]
    assert Residual(1, 1, 2).shortcut(maps).tolist() == [[means]]


def test_a_silent_body_leaves_the_input() -> None:
    """With the last norm at zero the block is its shortcut, negative parts cut."""
    block = Residual(4, 4, 1).eval()
    torch.nn.init.zeros_(block.body[-1].weight)
    maps = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(block(maps), maps.clamp_min(0))


def test_a_shortcut_has_weights_only_where_shapes_change() -> None:
    assert not list(Residual(4, 4, 1).shortcut.parameters())
    assert list(Residual(4, 8, 1).shortcut.parameters())
    assert not list(Residual(4, 4, 2).shortcut.parameters())


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("batch", [1, 3, 29, 30])
@pytest.mark.parametrize(("inputs", "outputs"), [(3, 5), (5, 7), (12, 24), (16, 33), (32, 64)])
@pytest.mark.parametrize("size", [7, 16])
def test_gradients_are_those_of_double_precision(
    inputs: int, outputs: int, batch: int, size: int
) -> None:
    """Odd widths, odd batches, channels last: where PyTorch's own strided kernel breaks memory."""
    single = Pointwise(inputs, outputs, 1, 2).to(memory_format=torch.channels_last)
    double = nn.Conv2d(inputs, outputs, 1, 2).double()
    double.load_state_dict(single.state_dict())
    maps = torch.randn(batch, inputs, size, size).to(memory_format=torch.channels_last)
    results = []
    for network, seen in ((single, maps.requires_grad_()), (double, maps.detach().double())):
        seen = seen if seen.requires_grad else seen.requires_grad_()
        made = network(seen)
        made.square().mean().backward()
        results.append([made, seen.grad, network.weight.grad, network.bias.grad])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one.double(), other.double(), atol=1e-6, rtol=1e-5)


def test_no_network_of_ours_or_of_torchvision_strides_pointwise() -> None:
    resnet = models.resnet18(weights=None)
    assert strided_pointwise(resnet) == 3
    assert strided_pointwise(without_strided_pointwise(resnet)) == 0
    assert strided_pointwise(Residual(4, 8, 2)) == 0


def strided_pointwise(network: nn.Module) -> int:
    return sum(
        type(module) is nn.Conv2d and module.kernel_size == (1, 1) and module.stride != (1, 1)
        for module in network.modules()
    )


def test_what_cannot_be_made_sound_is_refused() -> None:
    with pytest.raises(ValueError, match="its gradient is not sound"):
        without_strided_pointwise(nn.Conv2d(2, 2, 1, 2, padding=1))
