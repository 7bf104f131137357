"""All labels to choose from, on the unit circle: letters of two scripts, drawn by three fonts."""

import dataclasses

import numpy as np
import pytest

from rasm.metrics.intervals import IntervalParams
from rasm.metrics.open_retrieval import label_places, open_queries, score_open
from rasm.retrieval.voting import AnswerRule, Limits
from rasm.trust.votes import VoteRule
from tests.retrieval.circle import at
from tests.retrieval.test_elsewhere import PICTURES

# By fonts: A draws a at 0, b at 60, c at 120; B draws a at 10, b at 70; C draws d at 90.
INTERVALS = IntervalParams(resamples=50, level=0.9)


def test_places_count_labels_that_other_fonts_draw_nearer() -> None:
    """a of A: a of B is 10 away, b 70, d 90. b of B: b of A 10 away, d 20. Moved to 110, b of B has
    d 20 away and c 10 before b of A, which is 50 away. d is drawn by no other font: last of 4.
    """
    asked = PICTURES.rows(np.array([0, 4, 4, 5]))
    asked = dataclasses.replace(asked, embeddings=at(0, 70, 110, 90))
    assert label_places(asked, PICTURES).tolist() == [0, 0, 2, 3]


def test_some_of_each_script_are_asked_of_what_two_fonts_draw() -> None:
    assert open_queries(PICTURES, 4, 10, seed=1).tolist() == [0, 1, 3, 4]
    assert open_queries(PICTURES, 5, 10, seed=1).tolist() == [], "ogham has four"
    some = open_queries(PICTURES, 1, 2, seed=1)
    assert len(some) == 2 and set(some.tolist()) < {0, 1, 3, 4}
    assert {tuple(open_queries(PICTURES, 1, 2, seed).tolist()) for seed in range(20)} > {
        tuple(some)
    }


def test_a_script_counts_as_any_other() -> None:
    """Of three ogham letters one is found first, of one runic none: the mean of 1/3 and 0.

    Font D draws runic d and is nowhere nearer than the fourth label.
    """
    asked = dataclasses.replace(
        PICTURES.rows(np.array([0, 1, 3, 5])),
        embeddings=at(0, 100, 70, 180),
        sources=np.array([*"AABD"]),
    )
    found = score_open({"held_out": asked}, PICTURES, None, None, INTERVALS, seed=1)
    assert label_places(asked, PICTURES).tolist() == [0, 1, 3, 1]
    assert found["open_held_out_top1"] == pytest.approx(1 / 6)
    assert found["open_held_out_top5"] == 1
    assert 0 <= found["open_held_out_top1_low"] <= found["open_held_out_top1_high"] <= 1
    counts = ("open_labels", "open_pictures", "open_held_out_queries", "open_held_out_groups")
    assert [found[key] for key in counts] == [4, 6, 4, 2]
    assert "open_held_out_verdict_ok" not in found, "there is no rule"


def test_votes_are_judged_by_the_rule() -> None:
    """The nearest votes: a and b find themselves 10 degrees off, c and d others, 20 off or more."""
    limits = Limits(distance=2 * float(np.sin(np.radians(7.5))), margin=0.5)
    rule = AnswerRule(voters=1, limits=limits)
    votes = VoteRule(voters=1, temperature=1.0, none=-30.0, slope=0.0)
    found = score_open({"seen": PICTURES}, PICTURES, rule, votes, INTERVALS, seed=1)
    assert found["open_seen_vote_top1"] == pytest.approx(4 / 6)
    assert found["open_seen_verdict_ok"] == pytest.approx(4 / 6)
    assert found["open_seen_verdict_not_known"] == pytest.approx(2 / 6)
    assert found["open_seen_ok_precision"] == 1
    before, after = (found[f"open_seen_{key}vote_brier"] for key in ("uncalibrated_", ""))
    assert after == pytest.approx(before), "a temperature of 1, and nobody is out of reach"
