"""Three letters that mild wear does not confuse: each has four times the ink of the last one."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.corpora.letter_set import Letters


def block(side: int) -> NDArray[np.uint8]:
    """A black square of this side in the middle of (128, 128)."""
    picture = np.full((128, 128), 255, dtype=np.uint8)
    start = (128 - side) // 2
    picture[start : start + side, start : start + side] = 0
    return picture


LETTERS = Letters(
    (block(26), block(52), block(54), block(104)), np.array(["dot", "ring", "ring", "shield"])
)
TURNS = np.array([0, 1, 2]) * np.log(2)
"""Where `Weigher` places their ideals, from that of the dot: radians."""


class Weigher(nn.Module):
    """Places pictures (N, C, S, S), ink 1, on the circle, turned by half the log of the ink."""

    def forward(self, pictures: Tensor) -> Tensor:
        share = (pictures > 0.5).float().mean(dim=(1, 2, 3)).clamp_min(1e-4)
        turn = share.log() / 2
        return torch.stack([turn.cos(), turn.sin()], dim=1)


class Collapsed(nn.Module):
    """Places every picture in one point."""

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.tensor([[1.0, 0.0]]).expand(len(pictures), -1)


def shares(*pictures: NDArray[np.uint8]) -> Tensor:
    """What a network is shown of pictures (128, 128): ink as 1, (N, 1, 128, 128)."""
    return 1 - torch.from_numpy(np.stack(pictures))[:, None].float() / 255
