"""Which of two is better: the score of one is to lie above that of the other.

The margin ranking loss (Herbrich, Graepel and Obermayer 2000; PyTorch's `MarginRankingLoss`): a
pair costs nothing once its scores are a margin apart.
"""

from torch import Tensor
from torch.nn import functional as F


def margin_ranking_loss(better: Tensor, worse: Tensor, margin: float) -> Tensor:
    """Mean over pairs of max(0, margin - (better - worse)), of scores (B,) each.

    >>> import torch
    >>> float(margin_ranking_loss(torch.tensor([3.0, 1.0]), torch.tensor([0.0, 1.0]), 1.0))
    0.5
    """
    return F.relu(margin - (better - worse)).mean()
