"""Fixing a split: families keep the place that they have, whatever is added later.

`python -m rasm.labels.pins hold outputs/splits/families.json dataset/splits.json` pins every family
where it is now. `... draw outputs/splits/families.json dataset/splits.json dataset/strata.json`
draws anew who validates and tests: of each kind of type so many family groups, by lot, and never
one that has been reported before. A kind with so few groups that training would be left without
any wants none of them drawn.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from rasm.labels.splits import Split, lot
from rasm.store.json_file import read_json, write_json


class _Family(BaseModel, frozen=True):
    group: str
    split: Split


class Stratum(BaseModel, frozen=True, extra="forbid"):
    """Families of one kind of type, and how many of their groups validate and test."""

    val: int = Field(ge=0)
    test: int = Field(ge=0)
    families: tuple[str, ...]


class Strata(BaseModel, frozen=True, extra="forbid"):
    """Kinds of type by name, the seed of the lots, and families that have been `reported`."""

    seed: int
    reported: frozenset[str]
    strata: dict[str, Stratum]


def read_pins(path: Path) -> dict[str, Split]:
    """The split of each family that has a pin. Raises ValueError for any other content."""
    return read_json(path, dict[str, Split], "write `family: split` pairs, or restore it with git")


def hold_pins(families: Path, pins: Path) -> None:
    """Write the split of each family of a run as its pin; pins of absent families stay."""
    known = read_pins(pins) if pins.is_file() else {}
    found = read_json(families, dict[str, _Family])
    write_json(pins, known | {name: family.split for name, family in found.items()})


def draw_pins(families: Path, pins: Path, strata: Path) -> None:
    """Write a split drawn anew as pins; see `split_by_lot`."""
    found = read_json(families, dict[str, _Family])
    group_of = {name: family.group for name, family in found.items()}
    write_json(pins, dict(sorted(split_by_lot(read_json(strata, Strata), group_of).items())))


def split_by_lot(strata: Strata, group_of: Mapping[str, str]) -> dict[str, Split]:
    """The split of each family in `group_of`.

    A group is of the kind of its first family. Of each kind the first groups by lot test, the next
    validate, and the others train, among them all that hold a family that has been reported.
    Raises ValueError where a family has no kind, or a kind too few groups.
    """
    kind_of = {name: kind for kind, some in strata.strata.items() for name in some.families}
    if homeless := sorted(group_of.keys() - kind_of.keys()):
        raise ValueError(f"no stratum has {', '.join(homeless)}: put each into one")
    reported = {group for family, group in group_of.items() if family in strata.reported}
    free = sorted(set(group_of.values()) - reported, key=lambda group: lot(strata.seed, group))
    split_of_group: dict[str, Split] = {}
    for kind, stratum in strata.strata.items():
        groups = [group for group in free if kind_of[group] == kind]
        tests: list[Split] = ["test"] * stratum.test
        wanted = tests + ["val"] * stratum.val
        if len(groups) < len(wanted):
            raise ValueError(f"{kind}: {len(wanted)} groups are to be drawn of {len(groups)}")
        split_of_group |= dict(zip(groups, wanted, strict=False))
    return {family: split_of_group.get(group, "train") for family, group in group_of.items()}


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw_pins(*map(Path, sys.argv[2:]))
    else:
        hold_pins(*map(Path, sys.argv[2:]))
