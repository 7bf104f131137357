"""Which groups train, validate and test: three JSON lists in one folder, for people to read too.

    splits/train_ids.json   splits/val_ids.json   splits/test_ids.json

They are written with every corpus, and a user who lays them beside his pictures has his own split
kept for good: a picture that comes later moves no group that is listed.
"""

from collections.abc import Mapping
from pathlib import Path

from rasm.labels.splits import SPLITS, Split
from rasm.store.json_file import read_json, write_json


def list_file(folder: Path, split: Split) -> Path:
    """Where the groups of a split are listed."""
    return folder / f"{split}_ids.json"


def read_lists(folder: Path) -> dict[str, Split]:
    """Split of every listed group; a list that is not there lists nothing.

    Raises ValueError when a file is no list of names, or two lists hold one group.
    """
    split_of: dict[str, Split] = {}
    for split in SPLITS:
        path = list_file(folder, split)
        advice = "write IDs as strings, in brackets"
        for group in read_json(path, list[str], advice) if path.exists() else []:
            if split_of.setdefault(group, split) != split:
                other = list_file(folder, split_of[group]).name
                raise ValueError(f"{path}: ID {group!r} is in {other} too: leave it in one list")
    return split_of


def write_lists(folder: Path, split_of: Mapping[str, Split]) -> None:
    """Write the groups of each split, sorted; a split without any is an empty list."""
    for split in SPLITS:
        write_json(list_file(folder, split), sorted(g for g, s in split_of.items() if s == split))
