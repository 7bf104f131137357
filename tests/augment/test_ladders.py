"""Ladders of damage, and worn letters to be read."""

import numpy as np
import pytest

from rasm.augment.ladders import LadderParams, aged_queries, ladders_of, letters_among
from tests.augment.levels import SEVERITIES
from tests.corpora.drawn_letters import LETTERS

HEAVY = SEVERITIES["heavy"]


def test_each_letter_has_its_ladders_of_each_kind_and_they_get_worse() -> None:
    drawn = ladders_of(LETTERS, {"wear": 1.0, "grain": 50.0}, HEAVY, steps=4, views=3, seed=0)
    assert drawn.pictures.shape == (2 * 3 * 3, 4, 128, 128)
    assert sorted(zip(drawn.kinds.tolist(), drawn.labels.tolist(), strict=True)) == sorted(
        (kind, name) for kind in ("wear", "grain") for name in LETTERS.names.tolist() * 3
    )
    harm = np.abs(drawn.pictures.astype(float) - drawn.pictures[:, :1]).mean(axis=(2, 3))
    assert (np.diff(harm.mean(axis=0)) > 0).all()


def test_other_kinds_beside_it_do_not_change_a_ladder() -> None:
    alone, both = (
        ladders_of(LETTERS, most, HEAVY, steps=3, views=2, seed=5)
        for most in ({"grain": 50.0}, {"chips": 0.4, "grain": 50.0})
    )
    assert np.array_equal(both.pictures[both.kinds == "grain"], alone.pictures)


def test_a_ladder_that_ends_blank_is_left_out() -> None:
    drawn = ladders_of(LETTERS, {"fading": 1.0, "grain": 9.0}, HEAVY, steps=3, views=1, seed=0)
    assert set(drawn.kinds.tolist()) == {"grain"}
    with pytest.raises(ValueError, match="every ladder ends in a blank picture"):
        ladders_of(LETTERS, {"fading": 1.0}, HEAVY, steps=3, views=1, seed=0)


def test_letters_are_chosen_by_name() -> None:
    chosen = letters_among(LETTERS, ["ring"])
    assert chosen.names.tolist() == ["ring"]
    assert len(chosen.pictures) == 2


def test_streams_share_no_picture() -> None:
    levels = [SEVERITIES["seed"], HEAVY]
    one, other = (aged_queries(LETTERS, 6, levels, stream, 0) for stream in (0, 1))
    assert one.pictures.shape == (12, 128, 128)
    assert one.labels.tolist() == other.labels.tolist()
    assert not {p.tobytes() for p in one.pictures} & {p.tobytes() for p in other.pictures}


def test_a_kind_cannot_train_and_be_unseen() -> None:
    kinds = {"grain": 1.0}
    with pytest.raises(ValueError, match="unseen kinds are to be others"):
        LadderParams(steps=2, views=1, severity=HEAVY, most=kinds, unseen=kinds)
