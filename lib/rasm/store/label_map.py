"""label_map.json: the labels that are classes, each with its index."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasm.store.json_file import REBUILD, parse_json, read_json
from rasm.store.sealed import vouched


def read_label_map(path: Path, marks: Mapping[str, Any] | None = None) -> dict[str, int]:
    """Label -> index, in the order of the indices, which are 0 to the number of labels less one.

    With the `marks` of a card it must be the file that the card vouches for. Raises ValueError
    naming the file where it is not, or where the indices are others.
    """
    if marks is None:
        index_of = read_json(path, dict[str, int])
    else:
        index_of = parse_json(vouched(path, marks), path, dict[str, int])
    if not index_of or sorted(index_of.values()) != list(range(len(index_of))):
        raise ValueError(f"{path} does not number labels from 0 on: {REBUILD}")
    return dict(sorted(index_of.items(), key=lambda item: item[1]))
