"""From a card to the backbone of phase 2, and a clear word when there is none of that name."""

from typing import Any

import pytest
from torch import nn

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.kinds import build_grid_net


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ({"backbone": "cnn", "classes": 3, "width": 8}, GridCNN),
        ({"backbone": "transformer", "classes": 3, "width": 16, "layers": 1}, GridTransformer),
    ],
)
def test_each_backbone_by_its_name(architecture: dict[str, Any], kind: type[nn.Module]) -> None:
    assert type(build_grid_net(**architecture)) is kind


def test_arguments_arrive() -> None:
    network = build_grid_net("cnn", classes=3, vocabulary=12, embedding=4, width=8)
    assert network.embed.weight.shape == (12, 4)


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown backbone .*there are cnn, transformer"):
        build_grid_net("rnn", classes=3)
