"""Training state between epochs, so that a killed run goes on where it was.

A snapshot belongs to one configuration: it carries a fingerprint of parameters, inputs and code,
and one made for another is set aside, never overwritten. It lies outside the stage's outputs,
because DVC clears those before a stage starts.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from rasm.store.atomic import replacing

Fingerprint = dict[str, dict[str, Any]]
_SHA256 = "sha256"
_SHOWN = 5  # differences that are told of each kind


def fingerprint(
    params: Mapping[str, Any], inputs: Iterable[Path], code: Mapping[str, str]
) -> Fingerprint:
    """What a run is made with: parameters by key, SHA-256 of inputs by file, digests of modules.

    Of a folder among the inputs every file counts.
    """
    files = (file for path in inputs for file in _files(path))
    flat = dict(_leaves(json.loads(json.dumps(params, default=str)), ""))
    return {
        "params": flat,
        "inputs": {file.as_posix(): _sha256(file) for file in files},
        "code": dict(code),
    }


def save_snapshot(path: Path, state: dict[str, Any]) -> None:
    """Replace the snapshot; a kill in the middle leaves the one before."""
    with replacing(path) as temporary:
        torch.save({**state, _SHA256: _digest(state)}, temporary)


def load_snapshot(path: Path, wanted: Fingerprint) -> dict[str, Any] | None:
    """The snapshot, if there is one and it was made for the fingerprint `wanted`.

    One that cannot be resumed is renamed to NAME.set_aside.pt, and the reason printed.
    """
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        whole = state.pop(_SHA256) == _digest(state)
        reasons = list(_differences(state["fingerprint"], wanted))
        reasons += [] if whole else ["it was altered after it was written"]
    except Exception as error:
        first = next(iter(str(error).splitlines()), "")
        reasons = [f"it cannot be read ({type(error).__name__}: {first})"]
    if not reasons:
        return state
    aside = _free_name(path)
    path.rename(aside)
    print(f"  not resumed, but kept as {aside}: {'; '.join(reasons)}", flush=True)
    return None


def _digest(state: Any) -> str:
    """SHA-256 of what a state holds: PyTorch reads a file in which a bit has turned."""
    digest = hashlib.sha256()
    for part in _parts(state):
        digest.update(part)
    return digest.hexdigest()


def _parts(node: Any) -> Iterator[bytes]:
    if isinstance(node, torch.Tensor):
        yield f"{node.dtype} {list(node.shape)}".encode()
        yield node.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    elif isinstance(node, dict):
        for key, value in node.items():
            yield repr(key).encode()
            yield from _parts(value)
    elif isinstance(node, list | tuple):
        yield f"{len(node)} in a row".encode()
        for value in node:
            yield from _parts(value)
    else:
        yield repr(node).encode()


def _differences(made: Fingerprint, wanted: Fingerprint) -> Iterator[str]:
    for part in ("params", "inputs", "code"):
        old, new = made.get(part, {}), wanted.get(part, {})
        keys = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
        for key in keys[:_SHOWN]:
            if part == "params":
                yield f"params: {key}: {old.get(key)} -> {new.get(key)}"
            else:
                how = "is new" if key not in old else "is gone" if key not in new else "changed"
                yield f"{part}: {key} {how}"
        if keys[_SHOWN:]:
            yield f"{part}: {len(keys) - _SHOWN} more"


def _free_name(path: Path) -> Path:
    numbers = itertools.chain([""], map("_{}".format, itertools.count(2)))
    places = (path.with_name(f"{path.stem}.set_aside{n}{path.suffix}") for n in numbers)
    return next(place for place in places if not place.exists())


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each value of nested mappings, by its keys joined with dots."""
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path, node
