"""Fixing a split: families keep the place that they have now, whatever is added later.

`python -m rasm.labels.pins outputs/splits/families.json dataset/splits.json`
"""

import sys
from pathlib import Path

from rasm.store.json_file import read_json, write_json


def pin(families: Path, pins: Path) -> None:
    """Write the split of each family of a run as its pin; pins of absent families stay."""
    known = read_json(pins) if pins.is_file() else {}
    found = {name: entry["split"] for name, entry in read_json(families).items()}
    write_json(pins, known | found)


if __name__ == "__main__":
    pin(Path(sys.argv[1]), Path(sys.argv[2]))
