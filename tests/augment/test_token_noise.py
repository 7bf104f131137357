"""Wrong primitives: as many as asked for, and never the empty one."""

import pytest
import torch

from rasm.augment.input_noise import replace_tokens

VOCABULARY = 1024


def noisy(rate: float, tokens: torch.Tensor, vocabulary: int = VOCABULARY) -> torch.Tensor:
    return replace_tokens(tokens, rate, vocabulary, torch.Generator().manual_seed(1))


@pytest.mark.parametrize("rate", [0.03, 0.5])
def test_share_that_is_replaced(rate: float) -> None:
    """Of 1,024,000 cells of a primitive beyond those drawn, so that every one shows."""
    tokens = torch.full((4000, 16, 16), VOCABULARY, dtype=torch.int32)
    share = float((noisy(rate, tokens) != VOCABULARY).float().mean())
    assert abs(share - rate) < 4 * (rate * (1 - rate) / tokens.numel()) ** 0.5


def test_drawn_primitives_are_all_but_the_empty_one() -> None:
    drawn = noisy(1.0, torch.full((400, 16, 16), 7, dtype=torch.int32))
    assert drawn.dtype == torch.int32
    assert set(drawn.unique().tolist()) == set(range(1, VOCABULARY))


def test_other_cells_keep_their_primitive() -> None:
    tokens = torch.arange(1, 1001, dtype=torch.int32).repeat(100)
    changed = noisy(0.1, tokens) != tokens
    assert 0.08 < float(changed.float().mean()) < 0.12


def test_empty_cells_stay_empty() -> None:
    tokens = torch.zeros(100, 16, 16, dtype=torch.int32)
    assert torch.equal(noisy(0.5, tokens), tokens)


def test_rate_zero_changes_nothing() -> None:
    tokens = torch.arange(100)
    assert noisy(0.0, tokens) is tokens
