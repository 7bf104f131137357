"""Trained weights at rest: tensors as safetensors, and a card beside them that says what they are.

The card holds the architecture and the fingerprints of what the weights were trained on, so that
nobody combines a phase 2 with primitives it has never seen.
"""

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import nn

from rasm.store.atomic import replacing
from rasm.store.json_file import Fields
from rasm.store.sealed import Mark, marks_of, read_sealed, vouched, write_sealed

Network = TypeVar("Network", bound=nn.Module)

_WEIGHTS, _CARD = "model.safetensors", "model.json"


def save_weights(folder: Path, model: nn.Module, card: dict[str, Any]) -> None:
    """Write `model.safetensors` and `model.json`; versions and hash are added to the card."""
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()
    }
    with replacing(folder / _WEIGHTS) as temporary:
        save_file(state, temporary)
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lightning-fabric": version("lightning-fabric"),
        "numpy": np.__version__,
    }
    marks = marks_of(folder / _WEIGHTS)
    write_sealed(folder / _CARD, {**card, "versions": versions, "files": marks})


def read_card(folder: Path) -> Fields:
    """The card of a folder of weights.

    Raises FileNotFoundError or ValueError that say how to make it where there is none, or where it
    was altered; the card itself, ValueError for a field that it lacks.
    """
    path = folder / _CARD
    return Fields(read_sealed(path, dict[str, Any]), path)


def weights_sha256(folder: Path) -> str:
    """SHA-256 of the weights by their card, in hexadecimal."""
    return Mark.model_validate(read_card(folder)["files"][_WEIGHTS]).sha256


def load_network(folder: Path, make: Callable[..., Network]) -> Network:
    """The folder's network, `make(**architecture)` of its card, in evaluation mode.

    Raises ValueError where the weights are not those that the card vouches for, or of another
    network.
    """
    card = read_card(folder)
    content = vouched(folder / _WEIGHTS, card["files"])
    try:
        model = make(**card["architecture"])
        model.load_state_dict(load(content))
    except (TypeError, RuntimeError, SafetensorError) as error:
        raise ValueError(f"{folder} holds no weights of this network: {error}") from None
    return model.eval()
