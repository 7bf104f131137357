"""The network of phase 1: its size by hand, and its shapes."""

import pytest
import torch

from rasm.nets.cell_cnn import CellCNN


def test_size_is_what_adds_up_by_hand() -> None:
    parameters = (
        (1 * 9 + 1) * 32  # first convolution: 320
        + 2 * 32  # batch norm: 64
        + (32 * 9 + 1) * 64  # second convolution: 18,496
        + 2 * 64  # batch norm: 128
        + (64 * 2 * 2 + 1) * 128  # 8x8 halved twice is 2x2: 32,896
        + (128 + 1) * 1024  # one output a primitive: 132,096
    )
    assert parameters == 184_000
    assert sum(p.numel() for p in CellCNN().parameters()) == parameters


@pytest.mark.parametrize(("cell", "vocabulary"), [(4, 512), (8, 1024), (16, 65)])
def test_shapes(cell: int, vocabulary: int) -> None:
    network = CellCNN(cell, vocabulary).eval()
    assert network(torch.rand(5, 1, cell, cell)).shape == (5, vocabulary)


def test_a_cell_s_answer_does_not_depend_on_its_company() -> None:
    torch.manual_seed(0)
    network = CellCNN().eval()
    cells = torch.rand(6, 1, 8, 8)
    torch.testing.assert_close(network(cells)[2:3], network(cells[2:3]))


def test_dropout_works_in_training_alone() -> None:
    torch.manual_seed(0)
    cells = torch.rand(6, 1, 8, 8)
    for dropout, differs in ((0.5, True), (0.0, False)):
        network = CellCNN(dropout=dropout).train()
        assert torch.equal(network(cells), network(cells)) != differs
