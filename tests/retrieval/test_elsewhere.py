"""Letters of two scripts on the unit circle, as three fonts draw them."""

import numpy as np
import pytest

from rasm.retrieval.elsewhere import (
    Sourced,
    distances_elsewhere,
    hold_votes_elsewhere,
    nearest_elsewhere,
)
from rasm.retrieval.index_folder import Entry
from tests.retrieval.circle import at

# Ogham a by fonts A and B, b by A and B, c by A alone; runic d by C alone.
DRAWN = [("a", "A"), ("b", "A"), ("c", "A"), ("a", "B"), ("b", "B"), ("d", "C")]
ENTRIES = [
    Entry(label, font, "runic" if label == "d" else "ogham", (), number, "exemplar")
    for number, (label, font) in enumerate(DRAWN)
]
PICTURES = Sourced.of(at(0, 60, 120, 10, 70, 90), ENTRIES)


def test_columns_are_those_of_the_entries() -> None:
    assert PICTURES.labels.tolist() == [*"abcabd"]
    assert PICTURES.sources.tolist() == [*"AAABBC"]
    assert PICTURES.groups.tolist() == ["ogham"] * 5 + ["runic"]


def test_what_another_font_draws() -> None:
    assert PICTURES.elsewhere.tolist() == [True, True, False, True, True, False]


def test_what_other_letters_of_the_script_another_font_draws() -> None:
    """B has a and b: of c all of these are others. The one runic letter has nothing beside it."""
    assert PICTURES.distinguished.tolist() == [True, True, True, True, True, False]
    one_letter = PICTURES.rows(PICTURES.labels == "a")
    assert not one_letter.distinguished.any()


def test_the_own_font_is_out_of_reach() -> None:
    (distances,) = distances_elsewhere(PICTURES.rows(np.array([0])), PICTURES)
    assert np.isinf(distances[0, :3]).all()
    np.testing.assert_allclose(
        distances[0, 3:], 2 * np.sin(np.radians([5, 35, 45])), atol=1e-3, rtol=0
    )


def test_nearest_in_other_fonts() -> None:
    """Of b by A at 60: b by B at 70, d at 90, a by B at 10. No fourth is elsewhere."""
    near, numbers = nearest_elsewhere(PICTURES.rows(np.array([1])), PICTURES, 4)
    assert numbers[0, :3].tolist() == [4, 5, 3]
    np.testing.assert_allclose(near[0, :3], 2 * np.sin(np.radians([5, 15, 25])), atol=1e-3, rtol=0)
    assert np.isinf(near[0, 3])


def test_the_own_font_does_not_make_a_class_larger() -> None:
    """b of A at 60: b of B 10 away, d of C 30, a of B 50. Each class has one picture elsewhere."""
    (ballot,) = hold_votes_elsewhere(PICTURES.rows(np.array([1])), PICTURES, 3)
    votes = 1 / (2 * np.sin(np.radians([5, 15, 25])))
    assert ballot.label == "b"
    assert ballot.share == pytest.approx(votes[0] / votes.sum(), abs=1e-3)


def test_many_queries_are_taken_in_parts() -> None:
    many = PICTURES.rows(np.arange(600) % 6)
    near, numbers = nearest_elsewhere(many, PICTURES, 2)
    first = nearest_elsewhere(PICTURES, PICTURES, 2)
    assert np.array_equal(numbers, np.tile(first[1], (100, 1)))
    assert np.array_equal(near, np.tile(first[0], (100, 1)))


def test_two_sets_are_joined_in_their_order() -> None:
    both = PICTURES.rows(np.array([5])).and_of(PICTURES.rows(np.array([0, 3])))
    assert both.labels.tolist() == [*"daa"] and both.sources.tolist() == [*"CAB"]
    np.testing.assert_array_equal(both.embeddings, at(90, 0, 10))
