"""The test of retrieval, on points of a circle whose order can be read off."""

import numpy as np
import pytest

from rasm.metrics.lookup import answer_scores, probability_scores, score_lookup
from rasm.metrics.retrieval import Confusion
from rasm.reading.embeddings import Embedded
from rasm.retrieval.voting import AnswerRule, Ballot, Limits
from rasm.trust.votes import VoteRule
from tests.retrieval.circle import at

RULE = AnswerRule(voters=3, limits=Limits(distance=0.4, margin=0.5))
GALLERY = Embedded(at(0, 10, 90, 100), np.array(["a", "b", "b", "a"]), np.array(["train"] * 4))
QUERIES = Embedded(at(1, 88, 9, 45), np.array(["a", "a", "b", "z"]), np.array(["x", "x", "y", "z"]))
BALLOTS = [
    Ballot("a", 0.9, 0.1, 0.8, ()),
    Ballot("b", 0.9, 0.1, 0.8, ()),
    Ballot("b", 0.6, 0.1, 0.2, ()),
    Ballot("b", 0.9, 0.6, 0.8, ()),
]
FOUND = score_lookup(GALLERY, QUERIES, BALLOTS, RULE)


def test_ranking_by_hand() -> None:
    """Hits by rank: 1 degree x..x, 88 degrees .x.x, 9 degrees x.x. (10, 0, 90, 100), z none."""
    assert FOUND.metrics["recall_at_1"] == 0.5
    assert FOUND.right.tolist() == [True, False, True, False]
    assert FOUND.metrics["recall_at_5"] == 0.75
    average = [(1 + 2 / 4) / 2, (1 / 2 + 2 / 4) / 2, (1 + 2 / 3) / 2, 0]
    assert FOUND.metrics["map"] == pytest.approx(np.mean(average))
    assert FOUND.metrics["map_at_r"] == pytest.approx((1 / 2 + 1 / 4 + 1 / 2 + 0) / 4)


def test_a_label_is_listed_once() -> None:
    """Twenty pictures of b lie between the query and a, which is the second label all the same."""
    degrees = [*np.linspace(1, 20, 20), 30, 40]
    gallery = Embedded(at(*degrees), np.array([*"b" * 20, "a", "c"]), np.array(["train"] * 22))
    query = Embedded(at(0), np.array(["a"]), np.array(["x"]))
    found = score_lookup(gallery, query, BALLOTS[:1], RULE).metrics
    assert found["recall_at_10"] == 0
    assert found["label_recall_at_5"] == found["label_recall_at_10"] == 1


def test_counts() -> None:
    counts = ("queries", "queries_of_no_class", "classes", "gallery")
    assert [FOUND.metrics[key] for key in counts] == [4, 1, 2, 4]


def test_answers_are_judged_by_the_rule() -> None:
    assert FOUND.metrics["vote_top1"] == 0.5
    verdicts = [FOUND.metrics[f"verdict_{name}"] for name in ("ok", "uncertain", "not_known")]
    assert verdicts == [0.5, 0.25, 0.25]
    assert FOUND.metrics["ok_precision"] == 0.5
    assert (FOUND.metrics["limit_distance"], FOUND.metrics["limit_margin"]) == (0.4, 0.5)
    assert FOUND.confusions == [Confusion("a", "b", 1, 0.5), Confusion("z", "b", 1, 1.0)]


def test_probabilities_are_measured_family_by_family() -> None:
    """Shares .9 right, .9 wrong, .6 right of families x, x, y: half of the weight is y's.

    Squares of .1, .9 and .4; and with a temperature so high that two labels are alike, of .5.
    """
    ballots = [
        Ballot(label, share, 0.1, 2 * share - 1, (("c", 1 - share),))
        for label, share in (("a", 0.9), ("b", 0.9), ("b", 0.6))
    ]
    families = np.array([*"xxy"])
    flat = VoteRule(voters=2, temperature=1e6, none=-30.0, slope=0.0)
    found = probability_scores(ballots, ["a", "a", "b"], families, flat)
    assert found["uncalibrated_vote_brier"] == pytest.approx((0.01 + 0.81) / 4 + 0.16 / 2)
    assert found["vote_brier"] == pytest.approx(0.25, abs=1e-5)
    gaps = abs(0.9 - 0.5) / 2 + abs(0.6 - 1) / 2
    assert found["uncalibrated_vote_calibration_error"] == pytest.approx(gaps)
    assert found["vote_calibration_error"] == pytest.approx(0.25, abs=1e-5), (
        "three quarters are right"
    )
    assert probability_scores(ballots, ["a", "a", "b"], families, None) == {}


def test_prototypes_answer_apart() -> None:
    """a lies at 50 and b too: a's is the first of equals."""
    labels = np.array(["a", "a", "b", "b"])
    gallery = Embedded(GALLERY.embeddings, labels, GALLERY.groups)
    found = score_lookup(gallery, QUERIES, BALLOTS, RULE)
    assert found.metrics["prototype_top1"] == 0.25, "at 5 and 95 degrees: right for 1 degree alone"
    assert found.layout is not None
    assert found.layout.names == ("a", "b")
    apart = 2 * np.sin(np.radians(45))
    np.testing.assert_allclose(found.layout.distances, [[0, apart], [apart, 0]], atol=1e-5)
    (pair,) = found.layout.closest
    assert (pair.first, pair.second, pair.distance) == ("a", "b", pytest.approx(apart, abs=1e-5))


def test_groups_of_several_queries() -> None:
    """Of x one of two is found at once; y and z are single."""
    keys = ("groups", *(f"group_recall_at_1_{key}" for key in ("min", "mean", "max")))
    assert [FOUND.metrics[key] for key in keys] == [1, 0.5, 0.5, 0.5]
    single = Embedded(QUERIES.embeddings, QUERIES.labels, np.array([*"wxyz"]))
    assert "groups" not in score_lookup(GALLERY, single, BALLOTS, RULE).metrics


def test_many_queries_are_taken_in_parts() -> None:
    """The same four over and over, beyond one part, score as they do once."""
    many = Embedded(*(np.concatenate([value] * 80) for value in vars(QUERIES).values()))
    found = score_lookup(GALLERY, many, BALLOTS * 80, RULE)
    for key in ("recall_at_1", "map", "map_at_r", "group_recall_at_1_min"):
        assert found.metrics[key] == pytest.approx(
            {"group_recall_at_1_min": 0.0}.get(key, FOUND.metrics[key])
        )


def test_more_than_a_hundred_classes_have_no_layout() -> None:
    names = np.array([f"class{n:03}" for n in range(101)])
    gallery = Embedded(at(*range(101)), names, names)
    queries = Embedded(at(7), names[7:8], names[:1])
    found = score_lookup(gallery, queries, [Ballot("class007", 1, 0, 1, ())], RULE)
    assert found.layout is None
    assert found.metrics["recall_at_1"] == found.metrics["vote_top1"] == 1


ANSWERED = [
    Ballot("a", 0.9, 0.2, 0.8, ()),
    Ballot("a", 0.6, 0.3, 0.2, ()),
    Ballot("b", 0.9, 0.4, 0.8, ()),
    Ballot("b", 0.9, 1.5, 0.9, ()),
]


def test_scores_of_answers_by_hand() -> None:
    rule = AnswerRule(voters=20, limits=Limits(distance=0.4, margin=0.5))
    assert answer_scores(ANSWERED, ["a", "b", "c", "c"], rule) == {
        "vote_top1": 0.25,
        "verdict_ok": 0.5,
        "verdict_uncertain": 0.25,
        "verdict_not_known": 0.25,
        "ok_precision": 0.5,
    }


def test_without_an_ok_there_is_no_precision() -> None:
    rule = AnswerRule(voters=20, limits=Limits(distance=0.1, margin=0.5))
    scores = answer_scores(ANSWERED, ["a"] * 4, rule)
    assert scores["verdict_not_known"] == 1
    assert "ok_precision" not in scores
