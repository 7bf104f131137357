"""The network of phase 1: its size by hand, and its shapes."""

import pytest
import torch

from rasm.nets.cell_cnn import CellCNN
from tests.nets.small import cell_cnn


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
    assert sum(p.numel() for p in cell_cnn(vocabulary=1024).parameters()) == parameters


@pytest.mark.parametrize(("cell", "vocabulary"), [(4, 512), (8, 1024), (16, 65)])
def test_shapes(cell: int, vocabulary: int) -> None:
    network = cell_cnn(cell=cell, vocabulary=vocabulary).eval()
    assert network(torch.rand(5, 1, cell, cell)).shape == (5, vocabulary)


def test_a_cell_s_answer_does_not_depend_on_its_company() -> None:
    torch.manual_seed(0)
    network = cell_cnn().eval()
    cells = torch.rand(6, 1, 8, 8)
    torch.testing.assert_close(network(cells)[2:3], network(cells[2:3]))


def test_dropout_works_in_training_alone() -> None:
    torch.manual_seed(0)
    cells = torch.rand(6, 1, 8, 8)
    for dropout, differs in ((0.5, True), (0.0, False)):
        network = cell_cnn(dropout=dropout).train()
        assert torch.equal(network(cells), network(cells)) != differs


def test_an_embedding_comes_before_the_names() -> None:
    """Last layers: 128 to 6 features with a bias, and 6 features for each of 1,024 prototypes."""
    network = cell_cnn(vocabulary=1024, embedding=6)
    others = 184_000 - 129 * 1024
    assert sum(p.numel() for p in network.parameters()) == others + 129 * 6 + 6 * 1024


def embedded() -> CellCNN:
    torch.manual_seed(0)
    return cell_cnn(vocabulary=10, embedding=6, temperature=0.1).eval()


def test_embeddings_and_prototypes_lie_on_the_unit_sphere() -> None:
    network, cells = embedded(), torch.rand(5, 1, 8, 8)
    assert network.encode(cells).shape == (5, 6)
    assert network.prototypes.shape == (10, 6)
    for vectors in (network.encode(cells), network.prototypes):
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(len(vectors)))


def test_logits_are_cosines_over_the_temperature() -> None:
    """A prototype laid on a cell's embedding gets the logit 1 / 0.1, and nothing exceeds that."""
    network, cells = embedded(), torch.rand(5, 1, 8, 8)
    with torch.no_grad():
        assert network.naming is not None
        network.naming.weight[7] = 3 * network.encode(cells)[2]
    logits = network(cells).detach()
    assert float(logits[2, 7]) == pytest.approx(10, abs=1e-4)
    assert logits.abs().max() <= 10.001
    vectors, same = network(cells, with_embedding=True)
    torch.testing.assert_close(same, network(cells))
    torch.testing.assert_close(vectors, network.encode(cells))


def test_cosines_stay_exact_under_autocast() -> None:
    network, cells = embedded(), torch.rand(5, 1, 8, 8)
    with torch.autocast("cpu", torch.bfloat16):
        vectors, logits = network(cells, with_embedding=True)
    assert vectors.dtype == logits.dtype == torch.float32
    torch.testing.assert_close(logits, vectors @ network.prototypes.T / 0.1)


def test_without_an_embedding_there_is_none_to_ask_for() -> None:
    with pytest.raises(ValueError, match="train one with the contrastive objective"):
        cell_cnn().encode(torch.rand(1, 1, 8, 8))
    with pytest.raises(ValueError, match="train one with the contrastive objective"):
        cell_cnn().prototypes  # noqa: B018


def test_weights_do_not_depend_on_whether_an_embedding_was_thinkable() -> None:
    """The first layers are drawn in the same order, so runs with one seed compare."""
    torch.manual_seed(0)
    plain = cell_cnn(vocabulary=10)
    for (name, one), two in zip(plain.named_parameters(), embedded().parameters(), strict=False):
        if not name.startswith("classifier.3"):
            assert torch.equal(one, two), name


def test_channels_lie_side_by_side() -> None:
    network = cell_cnn()
    maps = network.features[:4](torch.rand(5, 1, 8, 8))
    assert maps.shape == (5, 32, 4, 4)
    assert maps.is_contiguous(memory_format=torch.channels_last)
