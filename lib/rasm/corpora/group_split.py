"""Dividing the groups of a folder between train, val and test, 70/15/15 as a rule.

Pictures of one group show one thing, so a group is never divided; within that, every class is
divided by the shares (Webster's rule of apportionment, as for font families). With few groups the
shares alone would leave a class without validation or test, hence first of all:

* every class gets one group into train; a class with one group only trains;
* every class with three groups or more gets one into val and one into test as well.

Classes with few groups choose first, for they have the least choice. Where each group has one
class, the rule is always met; where groups are of several classes, as nearly as they allow.

Groups that are listed stay where the lists put them, so pictures can be added to a split that
results were published on.
"""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from pydantic import BaseModel, Field, model_validator

from rasm.labels.splits import SPLITS, Split, assign_groups, lot

_ENOUGH = len(SPLITS)


class Shares(BaseModel, frozen=True, extra="forbid"):
    """How the groups that nobody has placed are divided; the three sum to 1."""

    train: float = Field(gt=0)
    val: float = Field(gt=0)
    test: float = Field(gt=0)

    @model_validator(mode="after")
    def _sum_to_one(self) -> "Shares":
        if abs(self.train + self.val + self.test - 1) > 1e-6:
            raise ValueError("train, val and test must sum to 1")
        return self


def split_groups(
    labels_of: Mapping[str, AbstractSet[str]],
    shares: Shares,
    listed: Mapping[str, Split],
    seed: int,
) -> dict[str, Split]:
    """Split of each group, given the classes of each; `listed` groups stay where they are put.

    Nothing but the arguments decides, and their order does not. Val or test stay empty only when
    there are too few groups to fill them.
    """
    placed = {group: listed[group] for group in labels_of if group in listed}
    _reserve(labels_of, placed, seed)
    free = labels_of.keys() - placed.keys()
    empty = set(SPLITS) - set(placed.values())
    if len(labels_of) < _ENOUGH or len(free) < len(empty):
        return placed | dict.fromkeys(sorted(free), "train")
    if not free:
        return placed
    wanted: dict[Split, float] = {"train": shares.train, "val": shares.val, "test": shares.test}
    return assign_groups(labels_of, wanted, placed, seed)


def _reserve(
    labels_of: Mapping[str, AbstractSet[str]], placed: dict[str, Split], seed: int
) -> None:
    """Place one group of every class in every split that the class is entitled to."""
    groups_of: dict[str, list[str]] = defaultdict(list)
    for group in sorted(labels_of, key=lambda name: lot(seed, name)):
        for label in labels_of[group]:
            groups_of[label].append(group)
    for label in sorted(groups_of, key=lambda name: (len(groups_of[name]), name)):
        groups = groups_of[label]
        for split in SPLITS if len(groups) >= _ENOUGH else SPLITS[:1]:
            if all(placed.get(group) != split for group in groups):
                free = next((group for group in groups if group not in placed), None)
                if free is not None:
                    placed[free] = split
