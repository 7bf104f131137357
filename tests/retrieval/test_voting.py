"""Votes, the rule learnt from them, and verdicts that can be counted by hand."""

import numpy as np
import pytest

from rasm.retrieval.voting import (
    Answer,
    AnswerRule,
    Ballot,
    Limits,
    VotingParams,
    answer_probabilities,
    fit_limits,
    hold_votes,
    judge,
    learn_probability,
    learn_rule,
    vote,
)


def ballot(label: str, distance: float, margin: float) -> Ballot:
    return Ballot(label, (1 + margin) / 2, distance, margin, ())


def of(distances: list[float], labels: list[str], sizes: list[int] | None = None) -> Ballot:
    return vote(
        np.array(distances, dtype=np.float32),
        np.array(labels),
        None if sizes is None else np.array(sizes),
    )


def test_votes_are_inverse_distances() -> None:
    """b: 1/0.5 + 1/0.5 = 4 of 10 votes; a: 1/0.25 = 4; c: 1/0.5 = 2. Of a and b, a is nearer."""
    found = of([0.25, 0.5, 0.5, 0.5], ["a", "b", "c", "b"])
    assert (found.label, found.share, found.distance) == ("a", pytest.approx(0.4), 0.25)
    assert found.margin == pytest.approx(0)
    assert found.runners_up == (("b", pytest.approx(0.4)), ("c", pytest.approx(0.2)))


def test_many_beat_the_nearest() -> None:
    """a: 1/0.5 = 2; b: 1/1 * 3 = 3. The distance is that of b's nearest."""
    found = of([0.5, 1, 1, 1], ["a", "b", "b", "b"])
    assert (found.label, found.share, found.distance) == ("b", pytest.approx(0.6), 1.0)
    assert found.margin == pytest.approx(0.2)


def test_a_class_of_one_picture_can_win_by_size() -> None:
    """The same four voters, b of 40 pictures: 3 votes over 4 against 2 votes over 1."""
    found = of([0.5, 1, 1, 1], ["a", "b", "b", "b"], sizes=[1, 40, 40, 40])
    assert (found.label, found.share) == ("a", pytest.approx(2 / 2.75))


def test_size_does_not_matter_where_all_classes_are_large() -> None:
    plain = of([0.5, 1, 1, 1], ["a", "b", "b", "b"])
    sized = of([0.5, 1, 1, 1], ["a", "b", "b", "b"], sizes=[4, 900, 900, 900])
    assert sized.share == pytest.approx(plain.share) and sized.label == plain.label


def test_zero_distance_does_not_divide_by_zero_nor_decide_by_rounding() -> None:
    found = of([0.0, 3e-4], ["a", "b"])
    assert (found.label, found.share) == ("a", 0.5)


def test_one_class_has_no_second() -> None:
    found = of([0.2, 0.4], ["a", "a"])
    assert (found.share, found.margin, found.runners_up) == (1.0, 1.0, ())


def test_what_was_not_found_does_not_vote() -> None:
    assert of([0.5, np.inf], ["a", "b"]).runners_up == ()
    nothing = of([np.inf], ["a"])
    assert (nothing.label, nothing.share, nothing.distance) == ("", 0.0, np.inf)
    limits = Limits(distance=2.0, margin=0.0)
    assert judge(nothing, limits, readable=True).verdict == "not a known glyph"


RIGHT = [ballot("a", d, m) for d, m in ((0.1, 0.9), (0.2, 0.8), (0.3, 0.3), (0.9, 0.7))]
WRONG = [ballot("b", d, m) for d, m in ((0.2, 0.5), (0.3, 0.1), (1.5, 0.95))]


def limits(keep_right: float, precision: float) -> Limits:
    params = VotingParams(voters=20, keep_right=keep_right, precision=precision)
    return fit_limits([*RIGHT, *WRONG], ["a"] * 7, params)


def test_distance_keeps_the_wanted_share_of_right_answers() -> None:
    """Right answers lie at 0.1, 0.2, 0.3, 0.9: three of four lie within 0.3."""
    assert limits(0.75, 0.0).distance == 0.3
    assert limits(0.76, 0.0).distance == 0.9
    assert limits(1.0, 0.0).distance == 0.9


def test_margin_is_the_lowest_that_is_precise_enough() -> None:
    """Within 0.9, by margin: wrong 0.1, right 0.3, wrong 0.5, right 0.7, 0.8, 0.9.

    From 0.1 on 4 of 6 are right, from 0.3 on 4 of 5, from 0.5 on 3 of 4, from 0.7 on 3 of 3. The
    wrong one of margin 0.95 is too far away to count.
    """
    assert [limits(1.0, wanted).margin for wanted in (0.6, 0.8, 0.81, 1.0)] == [0.1, 0.3, 0.7, 0.7]


def test_a_precision_out_of_reach_makes_every_answer_uncertain() -> None:
    params = VotingParams(voters=20, keep_right=1.0, precision=1.0)
    ballots = [ballot("a", 0.5, 1.0), ballot("b", 0.5, 1.0)]
    found = fit_limits(ballots, ["a", "a"], params)
    assert {judge(b, found, readable=True).verdict for b in ballots} == {"uncertain"}


def test_where_nothing_is_right_all_is_uncertain() -> None:
    params = VotingParams(voters=20, keep_right=0.95, precision=0.9)
    wrong = ballot("a", 1.5, 1.0)
    found = fit_limits([wrong], ["b"], params)
    assert judge(wrong, found, readable=True).verdict == "uncertain"


@pytest.mark.parametrize(
    ("distance", "margin", "readable", "verdict"),
    [
        (0.3, 0.2, True, "ok"),  # at the limits
        (0.31, 0.9, True, "not a known glyph"),
        (0.1, 0.19, True, "uncertain"),
        (0.31, 0.1, True, "not a known glyph"),
        (0.1, 0.9, False, "reshoot"),
    ],
)
def test_verdicts(distance: float, margin: float, readable: bool, verdict: str) -> None:
    asked = ballot("a", distance, margin)
    answer = judge(asked, Limits(distance=0.3, margin=0.2), readable=readable)
    assert answer == Answer("a", asked.share, distance, margin, (), verdict)


OF_ENTRIES = ["a", "b", "b", "b", "c"]


def held(distances: list[float], numbers: list[int], voters: int) -> Ballot:
    (ballot,) = hold_votes(
        np.array([distances], np.float32), np.array([numbers]), OF_ENTRIES, voters
    )
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


def test_what_an_index_did_not_find_does_not_vote() -> None:
    found = held([0.5, np.inf], [0, -1], voters=2)
    assert (found.label, found.share) == ("a", 1.0)


JUDGED = [
    Ballot("a", 0.9, 0.2, 0.8, ()),
    Ballot("a", 0.6, 0.3, 0.2, ()),
    Ballot("b", 0.9, 0.4, 0.8, ()),
    Ballot("b", 0.9, 1.5, 0.9, ()),
]


def test_the_rule_is_learnt_from_right_and_wrong_answers() -> None:
    """Right ones lie within 0.4; of the answers there, the wrong one has the margin 0.2."""
    params = VotingParams(voters=20, keep_right=1.0, precision=1.0)
    rule = learn_rule(JUDGED, ["a", "b", "b", "c"], params)
    assert rule == AnswerRule(voters=20, limits=Limits(distance=0.4, margin=0.8))


def test_answers_are_as_probable_as_they_were_right() -> None:
    """Of four ballots with one share and one distance three name the label, one another voted for.

    The fifth label is of nobody, which the vote itself cannot say.
    """
    votes = [of([0.5, 1.0, 1.0], ["a", "b", "c"])] * 5
    truth = ["a", "a", "a", "b", "z"]
    rule = learn_probability(votes, truth, np.array(["one"] * 5), voters=3)
    found = answer_probabilities(votes, rule)
    assert rule.voters == 3
    assert found == pytest.approx(3 / 5, abs=0.02)
    assert answer_probabilities([of([np.inf], ["a"])], rule) == pytest.approx(0)
    assert answer_probabilities([], rule).shape == (0,)
