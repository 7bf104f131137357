"""Who draws which label: what the choice of classes and the splits are made from."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from rasm.labels.filtering import LabelCounts, count_labels, reason_to_drop
from rasm.labels.splits import Split

Dropped = dict[str, Any]
"""A line of the audit: what was left out, and under `reason` why."""


class Census:
    """(label, family) of every drawn glyph, and its counts by label."""

    def __init__(self, drawn: Iterable[tuple[str, str]]) -> None:
        self.drawn = list(drawn)
        self.counts: Mapping[str, LabelCounts] = count_labels(self.drawn)

    def of(self, families: Container[str]) -> "Census":
        """What these families draw."""
        return Census(pair for pair in self.drawn if pair[1] in families)

    def kept(self, **floors: Any) -> tuple[set[str], list[Dropped]]:
        """The labels above the `floors` of `reason_to_drop`, and the others with the reason."""
        reasons = {
            label: reason
            for label, count in self.counts.items()
            if (reason := reason_to_drop(label, count, **floors))
        }
        return self.counts.keys() - reasons.keys(), self.left_out(reasons)

    def left_out(self, reasons: Mapping[str, str]) -> list[Dropped]:
        """Lines of the audit for labels that are no class."""
        return [
            {"label": label, "glyphs": self.counts[label].glyphs, "reason": reason}
            for label, reason in sorted(reasons.items())
        ]

    def labels_of(self, kept: AbstractSet[str]) -> dict[str, set[str]]:
        """Those of the labels `kept` that each family draws; families without any are absent."""
        labels_of: dict[str, set[str]] = defaultdict(set)
        for label, family in self.drawn:
            if label in kept:
                labels_of[family].add(label)
        return labels_of


def learnable(labels_of: Mapping[str, AbstractSet[str]], split_of: Mapping[str, Split]) -> set[str]:
    """Labels that a training family draws."""
    return {
        label
        for family, labels in labels_of.items()
        if split_of[family] == "train"
        for label in labels
    }
