"""Worn letters: evenly over letters and drawings, and each split worn otherwise."""

import numpy as np

from rasm.augment.ager import Ager
from rasm.augment.seeding import item_seed
from rasm.augment.worn import wear_samples, worn
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import LETTERS


def test_letters_in_turn_and_the_drawings_of_a_letter_in_turn() -> None:
    """Query 4 is the second round's second letter: its second drawing, under the fifth seed."""
    queries = worn(LETTERS, 7, [SEVERITIES["seed"]], "val", seed=3)
    assert queries.labels.tolist() == [*["dot", "ring", "shield"] * 2, "dot"]
    assert queries.pictures.shape == (7, 128, 128) and queries.pictures.dtype == np.uint8
    drawing = np.repeat(LETTERS.pictures[2][..., None], 3, axis=2)
    aged = Ager(SEVERITIES["seed"], 128).age(drawing, item_seed(3, 0, 4))
    np.testing.assert_array_equal(queries.pictures[4], aged[..., 0])


def test_only_the_seed_the_split_and_the_level_decide() -> None:
    level = SEVERITIES["seed"]
    first = worn(LETTERS, 6, [level], "val", seed=3).pictures
    np.testing.assert_array_equal(first, worn(LETTERS, 6, [level], "val", seed=3).pictures)
    others = [
        worn(LETTERS, 6, [level], "test", seed=3),
        worn(LETTERS, 6, [level], "val", seed=4),
        worn(LETTERS, 6, [SEVERITIES["heavy"]], "val", seed=3),
    ]
    for other in others:
        assert all((a != b).any() for a, b in zip(first, other.pictures, strict=True))


def test_levels_take_turns_by_rounds_of_letters() -> None:
    seed, heavy = SEVERITIES["seed"], SEVERITIES["heavy"]
    both = worn(LETTERS, 9, [seed, heavy], "val", seed=3).pictures
    mild, bad = (worn(LETTERS, 9, [level], "val", seed=3).pictures for level in (seed, heavy))
    np.testing.assert_array_equal(both[[0, 1, 2, 6, 7, 8]], mild[[0, 1, 2, 6, 7, 8]])
    np.testing.assert_array_equal(both[3:6], bad[3:6])


def test_samples_show_the_ideal_and_each_level() -> None:
    """The second letter asked for, its third sample of the second level: seed (7, 1, 1 * 3 + 2)."""
    shown = wear_samples(LETTERS, ["shield", "ring"], list(SEVERITIES.values()), samples=3, seed=7)
    assert list(shown) == ["shield", "ring"]
    captions = [caption for caption, _ in shown["ring"]]
    assert captions == ["clean", *["light"] * 3, *["seed"] * 3, *["heavy"] * 3]
    drawing = np.repeat(LETTERS.pictures[1][..., None], 3, axis=2)
    np.testing.assert_array_equal(shown["ring"][0][1], drawing)
    aged = Ager(SEVERITIES["seed"], 128).age(drawing, item_seed(7, 1, 5))
    np.testing.assert_array_equal(shown["ring"][6][1], aged)
