"""Votes of entries, a rule learnt from them, and what the rule is worth."""

import numpy as np
import pytest

from rasm.metrics.lookup import answer_scores
from rasm.retrieval.voting import AnswerRule, Ballot, Limits, VotingParams, hold_votes, learn_rule

LABELS = ["a", "b", "b", "b", "c"]


def held(distances: list[float], numbers: list[int], voters: int) -> Ballot:
    (ballot,) = hold_votes(np.array([distances], np.float32), np.array([numbers]), LABELS, voters)
    return ballot


def test_only_the_first_vote() -> None:
    """b: 1/0.5 = 2 votes over its 2 places of 2; c: 1/1 = 1 vote, of one picture, over 1."""
    found = held([0.5, 1.0, 1.0], [1, 4, 2], voters=2)
    assert (found.label, found.share, found.distance) == ("b", 0.5, 0.5)
    assert found.runners_up == (("c", 0.5),)


def test_sizes_are_those_of_the_whole_gallery() -> None:
    """a: 1/0.5 = 2 votes; b: three of 1/0.4 over its three pictures, 2.5."""
    found = held([0.4, 0.4, 0.4, 0.5], [1, 2, 3, 0], voters=4)
    assert (found.label, found.share) == ("b", pytest.approx(2.5 / 4.5))
    assert held([0.4, 0.4, 0.6, 0.5], [1, 2, 3, 0], voters=4).label == "b", "2.22 against 2"
    assert held([0.45, 0.6, 0.6, 0.5], [1, 2, 3, 0], voters=4).label == "a", "1.85 against 2"


def test_what_was_not_found_does_not_vote() -> None:
    found = held([0.5, np.inf], [0, -1], voters=2)
    assert (found.label, found.share) == ("a", 1.0)


BALLOTS = [
    Ballot("a", 0.9, 0.2, 0.8, ()),
    Ballot("a", 0.6, 0.3, 0.2, ()),
    Ballot("b", 0.9, 0.4, 0.8, ()),
    Ballot("b", 0.9, 1.5, 0.9, ()),
]


def test_the_rule_is_learnt_from_right_and_wrong_answers() -> None:
    """Right ones lie within 0.4; of the answers there, the wrong one has the margin 0.2."""
    params = VotingParams(voters=20, keep_right=1.0, precision=1.0)
    rule = learn_rule(BALLOTS, ["a", "b", "b", "c"], params)
    assert rule == AnswerRule(voters=20, limits=Limits(distance=0.4, margin=0.8))


def test_scores_by_hand() -> None:
    rule = AnswerRule(voters=20, limits=Limits(distance=0.4, margin=0.5))
    assert answer_scores(BALLOTS, ["a", "b", "c", "c"], rule) == {
        "vote_top1": 0.25,
        "verdict_ok": 0.5,
        "verdict_uncertain": 0.25,
        "verdict_not_known": 0.25,
        "ok_precision": 0.5,
    }


def test_without_an_ok_there_is_no_precision() -> None:
    rule = AnswerRule(voters=20, limits=Limits(distance=0.1, margin=0.5))
    scores = answer_scores(BALLOTS, ["a"] * 4, rule)
    assert scores["verdict_not_known"] == 1
    assert "ok_precision" not in scores
