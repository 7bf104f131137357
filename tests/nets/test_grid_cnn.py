"""The other backbone of phase 2: shapes, mixtures, and that every layer is used."""

import pytest
import torch

from tests.nets.small import grid_cnn


@pytest.mark.parametrize("blocks", [1, 2])
@pytest.mark.parametrize("grid", [8, 16, 32])
def test_shapes(grid: int, blocks: int) -> None:
    network = grid_cnn(blocks=blocks).eval()
    assert network(torch.randint(0, 20, (3, grid, grid))).shape == (3, 5)


def test_every_parameter_learns() -> None:
    torch.manual_seed(0)
    network = grid_cnn(blocks=2)
    logits = network(torch.randint(0, 20, (4, 8, 8)))
    torch.nn.functional.cross_entropy(logits, torch.arange(4)).backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_rows_and_columns_are_not_mixed_up() -> None:
    """A grid and its transpose are different pictures to an untrained network too."""
    torch.manual_seed(0)
    network = grid_cnn().eval()
    primitives = torch.randint(0, 20, (1, 8, 8))
    assert not torch.allclose(network(primitives), network(primitives.transpose(1, 2)))
