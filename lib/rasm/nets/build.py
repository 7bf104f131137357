"""From a card's architecture entry to a network, so that weights load without guessing."""

from typing import Any, TypeVar

from torch import nn

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_transformer import GridTransformer
from rasm.nets.raster_cnn import RasterCNN

Network = TypeVar("Network", bound=nn.Module)
_NETWORKS: dict[str, type[nn.Module]] = {
    net.__name__: net for net in (CellCNN, GridCNN, GridTransformer, RasterCNN)
}


def build(architecture: dict[str, Any], kind: type[Network]) -> Network:
    """Network of `{"name": ..., **arguments}`.

    Raises ValueError for a name that is not known or is no `kind`.
    """
    arguments = dict(architecture)
    name = arguments.pop("name", None)
    if name not in _NETWORKS:
        raise ValueError(f"unknown network {name!r}; there are {', '.join(_NETWORKS)}")
    network = _NETWORKS[name](**arguments)
    if not isinstance(network, kind):
        raise ValueError(f"these are weights of a {name}, where a {kind.__name__} is wanted")
    return network
