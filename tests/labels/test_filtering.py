"""Which labels stay, on counts that can be read off."""

import pytest

from rasm.labels.filtering import (
    LabelCounts,
    class_indices,
    count_labels,
    reason_to_drop,
)

FLOORS = {"min_count": 5, "min_families": 3, "drop_shaped": False}


def test_glyphs_and_distinct_families_are_counted() -> None:
    glyphs = [("teh", "Amiri"), ("beh", "Amiri"), ("beh", "Cairo"), ("beh", "Cairo")]
    counts = count_labels(glyphs)
    assert counts == {"beh": LabelCounts(3, 2), "teh": LabelCounts(1, 1)}
    assert list(counts) == ["beh", "teh"]


@pytest.mark.parametrize(
    ("glyphs", "families", "reason"),
    [
        (5, 3, None),
        (4, 3, "4 glyphs, fewer than min_count 5"),
        (50, 2, "2 families, fewer than min_families 3"),
    ],
)
def test_floors(glyphs: int, families: int, reason: str | None) -> None:
    assert reason_to_drop("beh", LabelCounts(glyphs, families), **FLOORS) == reason


def test_with_equal_floors_more_weights_of_a_family_make_no_class() -> None:
    """beh: five families; teh: four families, of which one comes in one or in nine weights."""
    for weights in (1, 9):
        glyphs = [("beh", family) for family in "abcde"]
        glyphs += [("teh", family) for family in "abc" + "d" * weights]
        kept = [
            label
            for label, count in count_labels(glyphs).items()
            if not reason_to_drop(label, count, min_count=5, min_families=5, drop_shaped=False)
        ]
        assert kept == ["beh"]


@pytest.mark.parametrize(
    ("label", "shaped"),
    [
        ("beh", False),
        ("beh_init", True),
        ("beh_medi", True),
        ("beh_final", True),
        ("lam+alef_final", True),
        ("end_of_ayah", False),
        ("initial", False),
    ],
)
def test_shaped_variants_go_only_when_asked(label: str, shaped: bool) -> None:
    plenty = LabelCounts(100, 50)
    assert reason_to_drop(label, plenty, **FLOORS) is None
    reason = reason_to_drop(label, plenty, min_count=5, min_families=3, drop_shaped=True)
    assert (reason is not None) == shaped


def test_classes_are_numbered_by_name() -> None:
    assert class_indices(["teh", "alef", "teh", "beh"]) == {"alef": 0, "beh": 1, "teh": 2}
