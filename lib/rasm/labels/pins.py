"""Fixing a split: families keep the place that they have now, whatever is added later.

`python -m rasm.labels.pins outputs/splits/families.json dataset/splits.json`
"""

import sys
from pathlib import Path

from pydantic import BaseModel

from rasm.labels.splits import Split
from rasm.store.json_file import read_json, write_json


class _Family(BaseModel, frozen=True):
    group: str
    split: Split


def read_pins(path: Path) -> dict[str, Split]:
    """The split of each family that has a pin. Raises ValueError for any other content."""
    return read_json(path, dict[str, Split], "write `family: split` pairs, or restore it with git")


def pin(families: Path, pins: Path) -> None:
    """Write the split of each family of a run as its pin; pins of absent families stay."""
    known = read_pins(pins) if pins.is_file() else {}
    found = read_json(families, dict[str, _Family])
    write_json(pins, known | {name: family.split for name, family in found.items()})


if __name__ == "__main__":
    pin(Path(sys.argv[1]), Path(sys.argv[2]))
