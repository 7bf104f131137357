"""From a card's architecture entry to the backbone of phase 2 that it names."""

from typing import Any

from rasm.nets.grid_cnn import GridCNN
from rasm.nets.grid_net import GridNet
from rasm.nets.grid_transformer import GridTransformer

_BACKBONES: dict[str, type[GridNet]] = {"cnn": GridCNN, "transformer": GridTransformer}


def build(backbone: str, **arguments: Any) -> GridNet:
    """Network with that backbone. Raises ValueError for an unknown name."""
    if backbone not in _BACKBONES:
        raise ValueError(f"unknown backbone {backbone!r}; there are {', '.join(_BACKBONES)}")
    return _BACKBONES[backbone](**arguments)
