"""From a card to a network, and a clear word when it is the wrong one."""

import pytest
from torch import nn

from rasm.nets.build import build
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.raster_cnn import RasterCNN


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ({"name": "CellCNN", "cell": 4, "vocabulary": 12}, CellCNN),
        ({"name": "GridCNN", "classes": 3, "width": 8}, GridCNN),
        ({"name": "GridTransformer", "classes": 3, "width": 16, "layers": 1}, GridTransformer),
        ({"name": "RasterCNN", "classes": 3, "width": 4}, RasterCNN),
    ],
)
def test_every_network_by_its_name(architecture: dict[str, object], kind: type[nn.Module]) -> None:
    given = dict(architecture)
    assert type(build(architecture, kind)) is kind
    assert architecture == given  # the card is not used up


def test_arguments_arrive() -> None:
    network = build({"name": "CellCNN", "cell": 4, "vocabulary": 12}, CellCNN)
    assert network.state_dict()["classifier.3.weight"].shape == (12, 128)


def test_the_wrong_network_is_named() -> None:
    with pytest.raises(ValueError, match="weights of a CellCNN, where a RasterCNN is wanted"):
        build({"name": "CellCNN"}, RasterCNN)


@pytest.mark.parametrize("card", [{"name": "CellRNN"}, {}])
def test_an_unknown_network_is_refused(card: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unknown network .*there are CellCNN, .*RasterCNN"):
        build(card, CellCNN)
