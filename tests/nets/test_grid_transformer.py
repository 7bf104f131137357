"""The network of phase 2: shapes for every parameter, patches, positions."""

from typing import Any

import pytest
import torch

from rasm.nets.grid_transformer import GridTransformer, sinusoidal_positions

SMALL: dict[str, Any] = {
    "vocabulary": 50,
    "embedding": 6,
    "width": 16,
    "layers": 2,
    "heads": 2,
    "mlp": 24,
}


@pytest.mark.parametrize("position", ["learned", "sinusoidal"])
@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize(("grid", "patch"), [(8, 1), (8, 2), (16, 2), (16, 4), (32, 2)])
def test_shapes(grid: int, patch: int, pooling: Any, position: Any) -> None:
    network = GridTransformer(
        7, grid=grid, patch=patch, pooling=pooling, position=position, **SMALL
    ).eval()
    primitives = torch.randint(0, 50, (3, grid, grid))
    assert network(primitives).shape == (3, 7)
    assert network.features(network.embed(primitives)).shape == (3, 16)
    tokens = (grid // patch) ** 2
    assert network.positions.shape == (tokens, 16)


def test_default_is_the_network_of_the_table() -> None:
    """64 tokens of 4 x 64 = 256 features, four layers of width 256 with 512 between."""
    network = GridTransformer(classes=10)
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
    network = GridTransformer(7, grid=16, patch=2, **SMALL).eval()
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
    network = GridTransformer(7, grid=8, pooling=pooling, position=position, **SMALL).eval()
    primitives = torch.zeros(2, 8, 8, dtype=torch.long)
    primitives[0, 0, 0] = primitives[1, 6, 4] = 3
    logits = network(primitives)
    assert not torch.allclose(logits[0], logits[1])


def test_classify_takes_mixtures() -> None:
    network = GridTransformer(7, grid=8, **SMALL).eval()
    primitives = torch.randint(0, 50, (2, 8, 8))
    one_hot = torch.nn.functional.one_hot(primitives, 50).float()
    torch.testing.assert_close(
        network.classify(one_hot @ network.embed.weight), network(primitives)
    )


def test_every_parameter_learns() -> None:
    network = GridTransformer(7, grid=8, **SMALL)
    network(torch.randint(0, 50, (4, 8, 8))).square().sum().backward()
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
        GridTransformer(7, grid=16, patch=3)
    with pytest.raises(ValueError, match="divisible by 4, not 6"):
        sinusoidal_positions(4, 6)
