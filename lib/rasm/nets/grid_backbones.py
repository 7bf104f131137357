"""From a card's architecture entry to the backbone of phase 2 that it names."""

from typing import Any

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_net import GridNet
from rasm.nets.grid_transformer import GridTransformer

_BACKBONES: dict[str, type[GridNet]] = {"cnn": GridCNN, "transformer": GridTransformer}


def build(architecture: dict[str, Any]) -> GridNet:
    """Network of `{"backbone": ..., **arguments}`. Raises ValueError for an unknown name."""
    arguments = dict(architecture)
    name = arguments.pop("backbone", None)
    if name not in _BACKBONES:
        raise ValueError(f"unknown backbone {name!r}; there are {', '.join(_BACKBONES)}")
    return _BACKBONES[name](**arguments)
