"""From a card to the backbone of phase 2, and a clear word when there is none of that name."""

from typing import Any

import pytest
import torch
from torch import nn

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.kinds import build_grid_net
from tests.nets.small import GRID_CNN, GRID_TRANSFORMER


@pytest.mark.parametrize(
    ("kind", "arguments", "network"),
    [("cnn", GRID_CNN, GridCNN), ("transformer", GRID_TRANSFORMER, GridTransformer)],
)
def test_each_backbone_by_its_name(
    kind: str, arguments: dict[str, Any], network: type[nn.Module]
) -> None:
    made = build_grid_net(kind, **arguments)
    assert type(made) is network
    assert made.embed.weight.shape == (20, 6), "arguments arrive"
    assert made(torch.zeros(1, 16, 16, dtype=torch.int64)).shape == (1, 5)


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown backbone 'rnn'; there are cnn and transformer"):
        build_grid_net("rnn", classes=3)
