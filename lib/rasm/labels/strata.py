"""Kinds of type, and family groups drawn of them by lot: to validate and test, or into folds.

Naskh, nastaliq, sans, kufi, display and bold differ more than the families of one kind: a split
that leaves it to chance how many of each it gets says more of the chance than of the recogniser.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from rasm.labels.splits import Split, lot
from rasm.store.json_file import read_json


class Stratum(BaseModel, frozen=True, extra="forbid"):
    """Families of one kind of type, and how many of their groups validate and test."""

    val: int = Field(ge=0)
    test: int = Field(ge=0)
    families: tuple[str, ...]


class Strata(BaseModel, frozen=True, extra="forbid"):
    """Kinds of type by name, and the seed of the lots.

    Two lists of families train whatever the lot says: those that had been `reported` before it was
    drawn, and those that came `later`, so that the split stays what it was.
    """

    seed: int
    reported: frozenset[str]
    later: frozenset[str] = frozenset()
    strata: dict[str, Stratum]

    @property
    def kind_of(self) -> dict[str, str]:
        """The kind of each family."""
        return {name: kind for kind, some in self.strata.items() for name in some.families}


def read_strata(path: Path) -> Strata:
    """Read strata.json. Raises ValueError naming file and field for any other content."""
    return read_json(path, Strata)


def split_by_lot(strata: Strata, group_of: Mapping[str, str]) -> dict[str, Split]:
    """The split of each family in `group_of`.

    A group is of the kind of its first family. Of each kind the first groups by lot test, the next
    validate, and the others train, among them all that hold a family reported or of later.
    Raises ValueError where a family has no kind, or a kind too few groups.
    """
    kind_of = strata.kind_of
    if homeless := sorted(group_of.keys() - kind_of.keys()):
        raise ValueError(f"no stratum has {', '.join(homeless)}: put each into one")
    held = strata.reported | strata.later
    training = {group for family, group in group_of.items() if family in held}
    free = sorted(set(group_of.values()) - training, key=lambda group: lot(strata.seed, group))
    split_of_group: dict[str, Split] = {}
    for kind, stratum in strata.strata.items():
        groups = [group for group in free if kind_of[group] == kind]
        tests: list[Split] = ["test"] * stratum.test
        wanted = tests + ["val"] * stratum.val
        if len(groups) < len(wanted):
            raise ValueError(f"{kind}: {len(wanted)} groups are to be drawn of {len(groups)}")
        split_of_group |= dict(zip(groups, wanted, strict=False))
    return {family: split_of_group.get(group, "train") for family, group in group_of.items()}


def deal(strata: Strata, groups: Iterable[str], folds: int) -> dict[str, int]:
    """The fold of each group, from 0: the groups of one kind after another, by lot, are dealt out.

    So every fold has as many groups of a kind as another, give or take one, and as many in all.
    Groups without a kind are one more. Raises ValueError where there are fewer groups than folds.
    """
    of_kind: dict[str, list[str]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: lot(strata.seed, group)):
        of_kind[strata.kind_of.get(group, "")].append(group)
    dealt = [group for kind in sorted(of_kind) for group in of_kind[kind]]
    if len(dealt) < folds:
        raise ValueError(f"{len(dealt)} unrelated font families cannot fill {folds} folds")
    return {group: place % folds for place, group in enumerate(dealt)}
