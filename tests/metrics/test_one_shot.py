"""Trials with few ways, and embeddings on the unit circle."""

import numpy as np
import pytest

from rasm.metrics.intervals import IntervalParams
from rasm.metrics.one_shot import (
    CharacterTestParams,
    error_by_script,
    make_trials,
    one_shot_errors,
    score_characters,
)
from tests.retrieval.circle import at

# Ogham: fonts A and B share a, b, c; font C has but d. Runic: one font alone.
ITEMS = [
    *(("ogham", character, "A") for character in "abcd"),
    *(("ogham", character, "B") for character in "cbae"),
    ("ogham", "a", "B"),  # drawn twice by B: the first counts
    ("ogham", "d", "C"),
    *(("runic", character, "A") for character in "abcd"),
]
SCRIPTS, CHARACTERS, FONTS = (np.array(column) for column in zip(*ITEMS, strict=True))


def test_errors_by_hand() -> None:
    """References at 0 and 90 degrees; queries at 10 and 50: nearest are 0 and 90."""
    references = np.stack([at(0, 90), at(0, 90)])
    queries = np.stack([at(10, 50), at(10, 50)])
    truth = np.array([[0, 1], [0, 0]])
    assert one_shot_errors(references, queries, truth).tolist() == [0.0, 0.5]


def test_length_does_not_count() -> None:
    """A reference ten times as long would win every inner product."""
    references = (at(0, 90) * np.array([[1.0], [10.0]], dtype=np.float32))[None]
    assert one_shot_errors(references, at(10, 50)[None], np.array([[0, 1]])).tolist() == [0.0]


def test_an_embedding_that_says_nothing_is_wrong_but_for_one_way() -> None:
    same = np.ones((1, 20, 2), dtype=np.float32)
    assert one_shot_errors(same, same, np.arange(20)[None]).tolist() == [0.95]


def test_trials_pair_characters_across_fonts_of_one_script() -> None:
    trials = make_trials(SCRIPTS, CHARACTERS, FONTS, ways=2, per_script=50, seed=1)
    assert set(trials.scripts.tolist()) == {"ogham"}, "runic has no second font"
    assert trials.references.shape == trials.queries.shape == (50, 2)
    assert (CHARACTERS[trials.references] == CHARACTERS[trials.queries]).all()
    assert (CHARACTERS[trials.references][:, 0] != CHARACTERS[trials.references][:, 1]).all()
    used = {
        "".join(FONTS[np.concatenate(rows)])
        for rows in zip(trials.references, trials.queries, strict=True)
    }
    assert used == {"AABB", "BBAA"}, "references of one font, queries of another, both ways"
    assert set(CHARACTERS[trials.references].ravel().tolist()) == {"a", "b", "c"}
    assert 8 not in trials.references and 8 not in trials.queries


def test_trials_follow_the_seed_and_not_the_other_scripts() -> None:
    first = make_trials(SCRIPTS, CHARACTERS, FONTS, ways=3, per_script=5, seed=1)
    alone = SCRIPTS == "ogham"
    second = make_trials(SCRIPTS[alone], CHARACTERS[alone], FONTS[alone], 3, 5, seed=1)
    assert (first.references == second.references).all()
    other = make_trials(SCRIPTS, CHARACTERS, FONTS, ways=3, per_script=5, seed=2)
    assert (first.references != other.references).any()


def test_too_few_characters_are_no_trials() -> None:
    trials = make_trials(SCRIPTS, CHARACTERS, FONTS, ways=4, per_script=5, seed=1)
    assert trials.references.shape == (0, 4) and len(trials.scripts) == 0


def test_mean_is_over_scripts_not_over_trials() -> None:
    scripts = np.array(["ogham", "runic", "runic", "runic"])
    table = error_by_script(scripts, np.array([1.0, 0.0, 0.1, 0.2]))
    assert table == {"ogham": 1.0, "runic": pytest.approx(0.1), "mean": pytest.approx(0.55)}


# Two fonts draw A, B and C of script Aaaa; script Bbbb has one font only.
TESTED = {
    "scripts": np.array([*["Aaaa"] * 6, "Bbbb"]),
    "characters": np.array([*"ABCABCD"]),
    "fonts": np.array([*["one"] * 3, *["two"] * 3, "one"]),
}
TEST = CharacterTestParams(kind="scripts", ways=3, per_script=4)
INTERVALS = IntervalParams(resamples=50, level=0.9)


def test_an_embedder_that_knows_and_pixels_that_do_not() -> None:
    """Pixels of the two fonts never meet, so the lowest way is answered: right once in three."""
    knows = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2, 0]]
    vectors = {"embedding": knows, "pixels": np.eye(7, dtype=np.float32)}
    found = score_characters(**TESTED, vectors=vectors, params=TEST, intervals=INTERVALS, seed=1)
    assert found["one_shot_error_embedding"] == found["one_shot_error_embedding_Aaaa"] == 0
    assert found["one_shot_error_pixels"] == pytest.approx(2 / 3)
    assert (found["scripts"], found["scripts_without_a_second_font"]) == (1, 1)
    assert (found["trials"], found["ways"]) == (4, 3)
    ends = [found[f"one_shot_error_pixels_{end}"] for end in ("low", "high")]
    assert ends == pytest.approx([2 / 3, 2 / 3]), "every trial errs alike"


def test_without_a_second_font_there_is_no_test() -> None:
    one_font = {name: column[6:] for name, column in TESTED.items()}
    with pytest.raises(ValueError, match="no script .* has 3 characters in two fonts"):
        score_characters(**one_font, vectors={}, params=TEST, intervals=INTERVALS, seed=1)
