"""label_map.json: the labels that are classes, each with its index."""

from pathlib import Path

from rasm.store.json_file import REBUILD, read_json


def read_label_map(path: Path) -> dict[str, int]:
    """Label -> index, in the order of the indices, which are 0 to the number of labels less one.

    Raises ValueError naming the file where they are not.
    """
    index_of = read_json(path, dict[str, int])
    if not index_of or sorted(index_of.values()) != list(range(len(index_of))):
        raise ValueError(f"{path} does not number labels from 0 on: {REBUILD}")
    return dict(sorted(index_of.items(), key=lambda item: item[1]))
