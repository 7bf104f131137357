"""From the kind of network that params and cards name to the file that it is."""

from typing import Any

from rasm.nets.grid_net import GridNet


def build_grid_net(kind: str, **arguments: Any) -> GridNet:
    """Phase 2 with that backbone. Raises ValueError for an unknown one."""
    match kind:
        case "cnn":
            from rasm.nets.grid_cnn import GridCNN

            return GridCNN(**arguments)
        case "transformer":
            from rasm.nets.grid_transformer import GridTransformer

            return GridTransformer(**arguments)
    raise ValueError(f"unknown backbone {kind!r}; there are cnn and transformer")
