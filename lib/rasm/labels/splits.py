"""Dividing family groups between train, val and test.

Groups are taken from the richest in labels to the poorest, and each goes where the labels that it
brings are most wanting, by Webster's rule of apportionment: the split with the smallest
(held + 1/2) / share, averaged over those labels. So every label reaches the shares as nearly as
whole groups allow, and rare labels, drawn by few families, still reach all three splits.

A benchmark must not move when somebody adds a font, so families can be pinned to a split; only
unpinned groups are assigned.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Literal, get_args

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)


def split_families(
    labels_of: Mapping[str, AbstractSet[str]],
    group_of: Mapping[str, str],
    shares: Mapping[Split, float],
    pinned: Mapping[str, Split],
    seed: int,
) -> tuple[dict[str, Split], dict[str, list[Split]]]:
    """Split of each family, and the groups whose pins disagree; all mappings are by family.

    Families of a group without any label are in no split. Raises ValueError when a split gets none.
    """
    labels_of_group: dict[str, set[str]] = defaultdict(set)
    for family, labels in labels_of.items():
        labels_of_group[group_of[family]] |= labels
    pins, disputed = pins_of_groups(group_of, pinned)
    split_of = assign_groups(labels_of_group, shares, pins, seed)
    found = {family: split_of[group] for family, group in group_of.items() if group in split_of}
    return found, disputed


def assign_groups(
    labels_of_group: Mapping[str, AbstractSet[str]],
    shares: Mapping[Split, float],
    pinned: Mapping[str, Split],
    seed: int,
) -> dict[str, Split]:
    """Split of each group. `shares` sum to 1; `pinned` groups stay where they are put.

    Ties fall by a hash of seed and name, so the result depends on nothing but the arguments.
    Raises ValueError when there are fewer groups than splits.
    """
    if len(labels_of_group) < len(SPLITS):
        raise ValueError(
            f"{len(labels_of_group)} unrelated font families cannot fill {len(SPLITS)} splits: "
            "add fonts"
        )
    held: dict[Split, Counter[str]] = {split: Counter() for split in SPLITS}
    assigned: dict[str, Split] = {}
    for group in sorted(labels_of_group, key=lambda g: (-len(labels_of_group[g]), g)):
        if group in pinned:
            assigned[group] = pinned[group]
            held[pinned[group]].update(labels_of_group[group])
    free = sorted(
        labels_of_group.keys() - assigned.keys(),
        key=lambda g: (-len(labels_of_group[g]), lot(seed, g)),
    )
    for group in free:
        labels = labels_of_group[group]
        fullness = {s: sum((held[s][label] + 0.5) / shares[s] for label in labels) for s in SPLITS}
        split = min(SPLITS, key=lambda s: (fullness[s], lot(seed, group + s)))
        assigned[group] = split
        held[split].update(labels)
    return _without_empty_splits(assigned, pinned)


def pins_of_groups(
    group_of_family: Mapping[str, str], pinned_families: Mapping[str, Split]
) -> tuple[dict[str, Split], dict[str, list[Split]]]:
    """Pins carried from families to their groups, and the groups whose pins disagree.

    A group pinned two ways goes to train: a family moved there is merely no longer tested on.
    """
    wanted: dict[str, set[Split]] = defaultdict(set)
    for family, group in group_of_family.items():
        if family in pinned_families:
            wanted[group].add(pinned_families[family])
    pins: dict[str, Split] = {
        group: next(iter(splits)) if len(splits) == 1 else "train"
        for group, splits in wanted.items()
    }
    return pins, {group: sorted(s) for group, s in sorted(wanted.items()) if len(s) > 1}


def _without_empty_splits(
    assigned: dict[str, Split], pinned: Mapping[str, Split]
) -> dict[str, Split]:
    """With few groups a small share may get none: it then takes the fullest split's poorest one."""
    for split in SPLITS:
        held = Counter(assigned.values())
        if held[split]:
            continue
        movable = [g for g, s in assigned.items() if held[s] > 1 and g not in pinned]
        if not movable:
            raise ValueError(f"no font family is left for {split}: add fonts or free a pin")
        fullest = max(held[assigned[g]] for g in movable)
        assigned[[g for g in movable if held[assigned[g]] == fullest][-1]] = split
    return assigned


def lot(seed: int, name: str) -> str:
    """What is drawn by: the same for the same seed and name, and without any order otherwise."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
