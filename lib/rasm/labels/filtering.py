"""Which labels are worth a class: enough samples, in enough unrelated families.

Five weights of one family are near copies of one drawing, so a sample count alone admits labels
that a single designer drew. Hence two floors: glyphs and families. Where the second is no lower
than the first, it decides alone, and the classes are the same however many weights were imported.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SHAPED_SUFFIXES = ("_init", "_medi", "_final")


def without_form(label: str) -> str:
    """The label of the isolated form.

    >>> without_form("lam+alef_final")
    'lam+alef'
    """
    return next((label.removesuffix(s) for s in SHAPED_SUFFIXES if label.endswith(s)), label)


@dataclass(frozen=True)
class LabelCounts:
    """How many glyphs carry a label, and how many font families draw it."""

    glyphs: int
    families: int


def count_labels(glyphs: Iterable[tuple[str, str]]) -> dict[str, LabelCounts]:
    """Counts by label from (label, family) of each glyph, sorted by label."""
    totals: dict[str, int] = defaultdict(int)
    families: dict[str, set[str]] = defaultdict(set)
    for label, family in glyphs:
        totals[label] += 1
        families[label].add(family)
    return {label: LabelCounts(totals[label], len(families[label])) for label in sorted(totals)}


def reason_to_drop(
    label: str, counts: LabelCounts, *, min_count: int, min_families: int, drop_shaped: bool
) -> str | None:
    """Why a label is left out, or None when it stays (seed 001, section 3.3)."""
    if drop_shaped and label.endswith(SHAPED_SUFFIXES):
        return "shaped variant, and drop_shaped is on"
    if counts.glyphs < min_count:
        return f"{counts.glyphs} glyphs, fewer than min_count {min_count}"
    if counts.families < min_families:
        return f"{counts.families} families, fewer than min_families {min_families}"
    return None


def class_indices(labels: Iterable[str]) -> dict[str, int]:
    """Class index by label, in lexicographic order: the same labels always map alike."""
    return {label: index for index, label in enumerate(sorted(set(labels)))}
