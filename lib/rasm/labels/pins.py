"""Fixing a split: families keep the place that they have, whatever is added later.

`python -m rasm.labels.pins hold outputs/splits/families.json dataset/splits.json` pins every family
where it is now. `... draw outputs/splits/families.json dataset/splits.json dataset/strata.json`
draws anew who validates and tests: of each kind of type so many family groups, by lot, and never
one that has been reported before. A kind with so few groups that training would be left without
any wants none of them drawn.
"""

import sys
from pathlib import Path

from pydantic import BaseModel

from rasm.labels.splits import Split
from rasm.labels.strata import read_strata, split_by_lot
from rasm.store.json_file import read_json, write_json


class _Family(BaseModel, frozen=True):
    group: str
    split: Split


def read_pins(path: Path) -> dict[str, Split]:
    """The split of each family that has a pin. Raises ValueError for any other content."""
    return read_json(path, dict[str, Split], "write `family: split` pairs, or restore it with git")


def package_of(family: str) -> str:
    """The font package, without its scope, that a family comes in."""
    return family.lower().replace(" ", "-")


def pinned_packages(path: Path, split: Split) -> list[str]:
    """The packages of the families of a split, in order of the families' names."""
    pins = sorted(read_pins(path).items())
    return [package_of(family) for family, place in pins if place == split]


def hold_pins(families: Path, pins: Path) -> None:
    """Write the split of each family of a run as its pin; pins of absent families stay."""
    known = read_pins(pins) if pins.is_file() else {}
    found = read_json(families, dict[str, _Family])
    write_json(pins, known | {name: family.split for name, family in found.items()})


def draw_pins(families: Path, pins: Path, strata: Path) -> None:
    """Write a split drawn anew as pins; see `split_by_lot`."""
    found = read_json(families, dict[str, _Family])
    group_of = {name: family.group for name, family in found.items()}
    write_json(pins, dict(sorted(split_by_lot(read_strata(strata), group_of).items())))


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw_pins(*map(Path, sys.argv[2:]))
    else:
        hold_pins(*map(Path, sys.argv[2:]))
