"""Both phases in one: hard primitives forward, gradients backward."""

import pytest
import torch
from torch import Tensor

from rasm.nets.joint import JointRecogniser
from tests.nets.small import cell_cnn, grid_cnn, grid_transformer

PATTERNS, GRID = 30, 4


def network() -> JointRecogniser:
    torch.manual_seed(0)
    cells = (torch.rand(PATTERNS, 1, 8, 8) < 0.4).float()
    cells[0] = 0
    phase2 = grid_transformer(grid=GRID, layers=1, dropout=0.1)
    return JointRecogniser(cell_cnn(dropout=0.2), phase2, cells)


def grids() -> Tensor:
    drawn = torch.randint(0, PATTERNS, (6, GRID * GRID), generator=torch.Generator().manual_seed(1))
    drawn[:, :5] = 0
    return drawn


def test_forward_in_evaluation_is_both_phases_one_after_the_other() -> None:
    """Hard primitives: the most probable one of each cell, and 0 for the empty cell."""
    joint = network().eval()
    primitives = joint.phase1(joint.get_buffer("cells")).argmax(dim=1)
    assert primitives[0] != 0  # an untrained network errs on the empty cell, which is not asked
    primitives[0] = 0
    expected = joint.phase2(primitives[grids()].reshape(-1, GRID, GRID))
    logits, _, _ = joint(grids())
    torch.testing.assert_close(logits, expected)


def test_distinct_cells_are_computed_once() -> None:
    joint = network().eval()
    logits, cell_logits, patterns = joint(grids())
    assert logits.shape == (6, 5)
    torch.testing.assert_close(patterns, grids().unique())
    torch.testing.assert_close(cell_logits, joint.phase1(joint.get_buffer("cells")[patterns]))


def test_the_glyph_s_loss_reaches_both_phases() -> None:
    joint = network().train()
    logits, _, _ = joint(grids())
    torch.nn.functional.cross_entropy(logits, torch.arange(6) % 5).backward()
    for name, parameter in joint.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


def test_size_cues_are_refused() -> None:
    with pytest.raises(ValueError, match="joint tuning gives no size cues"):
        JointRecogniser(cell_cnn(), grid_cnn(size_cues=True), torch.zeros(PATTERNS, 1, 8, 8))


def test_cells_are_no_part_of_the_weights() -> None:
    assert all(name.startswith(("phase1.", "phase2.")) for name in network().state_dict())
