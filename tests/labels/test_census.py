"""Who draws which label, among three families."""

import pytest

from rasm.labels.census import Census, learnable

DRAWN = [
    *(("beh", "Amiri"), ("beh", "Amiri"), ("beh", "Cairo"), ("teh", "Amiri"), ("teh", "Amiri")),
    *(("noon_init", "Amiri"), ("noon_init", "Cairo")),
]


@pytest.fixture
def census() -> Census:
    return Census(DRAWN)


def test_glyphs_and_families_of_a_label_are_counted(census: Census) -> None:
    counts = {label: (c.glyphs, c.families) for label, c in census.counts.items()}
    assert counts == {"beh": (3, 2), "noon_init": (2, 2), "teh": (2, 1)}


def test_labels_below_a_floor_are_left_out_with_their_glyphs(census: Census) -> None:
    kept, dropped = census.kept(min_count=2, min_families=2, drop_shaped=False)
    assert kept == {"beh", "noon_init"}
    assert [(row["label"], row["glyphs"]) for row in dropped] == [("teh", 2)]
    assert census.kept(min_count=2, min_families=2, drop_shaped=True)[0] == {"beh"}


def test_labels_of_families_and_those_that_training_draws(census: Census) -> None:
    labels_of = census.labels_of({"beh", "noon_init"})
    assert labels_of == {"Amiri": {"beh", "noon_init"}, "Cairo": {"beh", "noon_init"}}
    labels_of = census.labels_of({"beh", "teh"})
    assert labels_of == {"Amiri": {"beh", "teh"}, "Cairo": {"beh"}}
    assert learnable(labels_of, {"Amiri": "val", "Cairo": "train"}) == {"beh"}
