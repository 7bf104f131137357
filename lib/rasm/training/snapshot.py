"""Training state between epochs, so that a killed run goes on where it was.

A snapshot belongs to one configuration: it carries a fingerprint of parameters, inputs and the
library's code, and one made for another is ignored. It lies outside the stage's outputs, because
DVC clears those before a stage starts.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from rasm.store.atomic import replacing


def fingerprint(settings: dict[str, Any], inputs: Iterable[Path]) -> str:
    """SHA-256 over settings, the contents of the input files, and all code of the library."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    for path in (*inputs, *code):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def save_snapshot(path: Path, state: dict[str, Any]) -> None:
    """Replace the snapshot; a kill in the middle leaves the one before."""
    with replacing(path) as temporary:
        torch.save(state, temporary)


def load_snapshot(path: Path, wanted: str) -> dict[str, Any] | None:
    """The snapshot, if there is one and it was made for the fingerprint `wanted`."""
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(f"{path} cannot be read ({error}): delete it to start afresh") from None
    return state if state["fingerprint"] == wanted else None
