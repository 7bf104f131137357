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
from safetensors.torch import load_file, save_file
from torch import nn

from rasm.store.json_file import Fields, read_json, write_json

Network = TypeVar("Network", bound=nn.Module)


def save_weights(folder: Path, model: nn.Module, card: dict[str, Any]) -> None:
    """Write `model.safetensors` and `model.json`; versions are added to the card."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()
    }
    save_file(state, folder / "model.safetensors")
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lightning-fabric": version("lightning-fabric"),
        "numpy": np.__version__,
    }
    write_json(folder / "model.json", {**card, "versions": versions})


def read_card(folder: Path) -> Fields:
    """The card of a folder of weights.

    Raises FileNotFoundError that says how to make it; the card itself, ValueError for a field that
    it lacks.
    """
    path = folder / "model.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `dvc repro` to train it")
    return Fields(read_json(path, dict[str, Any]), path)


def load_network(folder: Path, make: Callable[..., Network]) -> Network:
    """The folder's network, `make(**architecture)` of its card, in evaluation mode.

    Raises ValueError where the weights are of another network.
    """
    architecture = read_card(folder)["architecture"]
    try:
        model = make(**architecture)
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except (TypeError, RuntimeError, SafetensorError) as error:
        raise ValueError(f"{folder} holds no weights of this network: {error}") from None
    return model.eval()
