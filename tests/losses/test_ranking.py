"""The margin ranking loss, worked out by hand."""

import pytest
import torch

from rasm.losses.ranking import margin_ranking_loss


def test_pairs_a_margin_apart_cost_nothing_and_others_what_they_lack() -> None:
    better, worse = torch.tensor([2.0, 1.0, 0.0]), torch.tensor([0.0, 0.5, 1.0])
    # 2 apart; 0.5 apart, which lacks 0.5; the wrong way round by 1, which lacks 2.
    assert float(margin_ranking_loss(better, worse, 1.0)) == pytest.approx((0 + 0.5 + 2) / 3)


def test_it_is_the_loss_of_pytorch() -> None:
    generator = torch.Generator().manual_seed(0)
    better, worse = torch.randn(2, 50, generator=generator)
    theirs = torch.nn.MarginRankingLoss(0.7)(better, worse, torch.ones(50))
    torch.testing.assert_close(margin_ranking_loss(better, worse, 0.7), theirs)
