"""Wrong primitives, as many as asked for; and size cues as another font's metrics have them."""

import pytest
import torch

from rasm.augment.input_noise import disturb_cues, replace_tokens

VOCABULARY = 1024
CUES = torch.tensor([[-1.0, 0.0, -0.5, 0.5]]).expand(2000, 4)


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


def test_a_box_stays_a_box() -> None:
    """Width and height grow alike, and height stays the distance of the edges: here 2**0 = 1."""
    noisy = disturb_cues(CUES, 0.1, torch.Generator().manual_seed(0))
    growth = noisy[:, :2] - CUES[:, :2]
    torch.testing.assert_close(growth[:, 0], growth[:, 1])
    torch.testing.assert_close(noisy[:, 3] - noisy[:, 2], 2 ** noisy[:, 1])


def test_the_size_of_noise_is_as_asked() -> None:
    noisy = disturb_cues(CUES, 0.1, torch.Generator().manual_seed(0))
    shift = (noisy[:, 2] + noisy[:, 3]) / 2
    assert abs(float((noisy[:, 0] + 1).std()) - 0.1) < 0.01
    assert abs(float(shift.std()) - 0.1) < 0.01
    assert torch.equal(disturb_cues(CUES, 0.0, torch.Generator()), CUES)
