"""From a card to the backbone of phase 2, and a clear word when there is none of that name."""

import pytest
from torch import nn

from rasm.nets.grid_backbones import build
from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ({"backbone": "cnn", "classes": 3, "width": 8}, GridCNN),
        ({"backbone": "transformer", "classes": 3, "width": 16, "layers": 1}, GridTransformer),
    ],
)
def test_each_backbone_by_its_name(architecture: dict[str, object], kind: type[nn.Module]) -> None:
    given = dict(architecture)
    assert type(build(architecture)) is kind
    assert architecture == given  # the card is not used up


def test_arguments_arrive() -> None:
    network = build({"backbone": "cnn", "classes": 3, "vocabulary": 12, "embedding": 4, "width": 8})
    assert network.embed.weight.shape == (12, 4)


@pytest.mark.parametrize("card", [{"backbone": "rnn"}, {"cell": 8}])
def test_an_unknown_backbone_is_refused(card: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unknown backbone .*there are cnn, transformer"):
        build(card)
