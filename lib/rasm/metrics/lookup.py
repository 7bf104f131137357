"""The test of an embedder of known classes: pictures of the test split are looked up in training's.

Asked twice. As a ranking of the whole gallery: how near are those of the right class? And as in
use: is the answer right that the nearest vote for, and does its verdict say so when it is not?
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.distances import ClosePair, closest_pairs, distance_matrix
from rasm.metrics.retrieval import (
    Confusion,
    class_confusions,
    label_ranks,
    ranked_hits,
    retrieval_scores,
)
from rasm.metrics.trust import expected_calibration_error
from rasm.reading.embeddings import Embedded
from rasm.retrieval.nearest import nearest
from rasm.retrieval.prototypes import Prototypes, class_prototypes
from rasm.retrieval.voting import AnswerRule, Ballot, answer_probabilities, judge
from rasm.trust.families import family_weights
from rasm.trust.votes import VoteRule


def answer_scores(
    ballots: Sequence[Ballot], truth: Sequence[str], rule: AnswerRule
) -> dict[str, float]:
    """How good the answers are and how honest, by metric key; all are shares in [0, 1].

    `vote_top1` is the share of right answers, `verdict_*` that of each verdict that can follow from
    an embedding, and `ok_precision` the share of right answers among those that are `ok`. Without
    any of these it is left out.
    """
    right = np.array([b.label == t for b, t in zip(ballots, truth, strict=True)])
    verdicts = np.array([judge(b, rule.limits, readable=True).verdict for b in ballots])
    believed = verdicts == "ok"
    scores = {
        "vote_top1": float(right.mean()),
        "verdict_ok": float(believed.mean()),
        "verdict_uncertain": float((verdicts == "uncertain").mean()),
        "verdict_not_known": float((verdicts == "not a known glyph").mean()),
    }
    return {**scores, "ok_precision": float(right[believed].mean())} if believed.any() else scores


def probability_scores(
    ballots: Sequence[Ballot],
    truth: Sequence[str],
    families: NDArray[np.str_],
    votes: VoteRule | None,
) -> dict[str, float]:
    """Whether answers are right as often as they are probable, by metric key, all in [0, 1].

    `vote_calibration_error` is the mean gap between the probability and the share of right answers,
    `vote_brier` the mean squared error of the probability (Brier 1950); every family (N,) counts
    alike. Those by `uncalibrated_` keys are of the shares of the votes. Nothing without `votes`.
    """
    if votes is None:
        return {}
    right = np.array([b.label == t for b, t in zip(ballots, truth, strict=True)])
    shares = np.array([ballot.share for ballot in ballots], dtype=np.float64)
    weights, found = family_weights(families), {}
    for before, p in (("", answer_probabilities(ballots, votes)), ("uncalibrated_", shares)):
        error = expected_calibration_error(p, right, weights=weights)
        found[f"{before}vote_calibration_error"] = error
        found[f"{before}vote_brier"] = float(np.average((p - right) ** 2, weights=weights))
    return found


_CHUNK = 256  # queries that are ranked at once


_MOST = 200  # confusions that are listed


_FEW = 100  # classes whose distances fit on a picture


_CLOSEST = 10


_LISTED = (5, 10)  # labels of an answer


@dataclass(frozen=True)
class Layout:
    """Where the C classes lie: the distances of their prototypes."""

    names: tuple[str, ...]
    distances: NDArray[np.float32]  # (C, C) Euclidean
    closest: list[ClosePair]  # at most ten, nearest first


@dataclass(frozen=True)
class LookupTest:
    """What the test found; no layout of more than a hundred classes."""

    metrics: dict[str, float]
    right: NDArray[np.bool_]  # (N,) whether the nearest picture is of the query's class
    confusions: list[Confusion]  # of the vote, most frequent first
    layout: Layout | None


def score_lookup(
    gallery: Embedded, queries: Embedded, ballots: Sequence[Ballot], rule: AnswerRule
) -> LookupTest:
    """Rank the gallery for each query, and judge the `ballots` that an index held for them.

    Metrics in [0, 1]: `recall_at_1`, `_5`, `_10`, `map`, `map_at_r` of the ranking by distance, in
    which no prototype has a place; `label_recall_at_5`, `_10`, the share of queries whose label is
    among the nearest labels, each listed once, as an answer lists them; `prototype_top1`, the share
    of queries whose nearest prototype is right; those of `answer_scores`;
    and `group_recall_at_1_min`, `_mean`, `_max` over the `groups` of more than one query, if there
    are any.

    Counts: `queries`, `classes` of the gallery, `gallery`, and `queries_of_no_class`, whose class
    the gallery lacks: in all of the shares they count as wrong. `limit_distance` and `limit_margin`
    are those of the rule.
    """
    prototypes = class_prototypes(gallery.embeddings, gallery.labels)
    unknown = ~np.isin(queries.labels, prototypes.labels)
    scores, first = _ranking(gallery, queries)
    _, near = nearest(queries.embeddings, prototypes.vectors, 1)
    truth = queries.labels.tolist()
    metrics = {
        "queries": len(queries.labels),
        "queries_of_no_class": int(unknown.sum()),
        "classes": len(prototypes.labels),
        "gallery": len(gallery.labels),
        **scores,
        **_by_group(first, queries.groups),
        "prototype_top1": float((prototypes.labels[near[:, 0]] == queries.labels).mean()),
        **answer_scores(ballots, truth, rule),
        "limit_distance": rule.limits.distance,
        "limit_margin": rule.limits.margin,
    }
    answered = np.array([ballot.label for ballot in ballots], dtype=np.str_)
    confusions = class_confusions(queries.labels, answered, _MOST)
    return LookupTest(metrics, first, confusions, _layout(prototypes))


def _ranking(gallery: Embedded, queries: Embedded) -> tuple[dict[str, float], NDArray[np.bool_]]:
    """The scores, and whether the nearest picture is right (N,).

    A few queries at a time, so that what is held at once grows with the gallery alone.
    """
    # By number: names of glyphs that look alike are long, and every pair of them is compared.
    _, codes = np.unique(np.concatenate([gallery.labels, queries.labels]), return_inverse=True)
    labels, truth = np.split(codes.astype(np.str_), [len(gallery.labels)])
    _, where, counts = np.unique(labels, return_index=True, return_counts=True)
    size_of = dict(zip(labels[where].tolist(), counts.tolist(), strict=True))
    relevant = np.array([size_of.get(name, 0) for name in truth.tolist()], dtype=np.int64)
    sums: dict[str, float] = {}
    first = np.zeros(len(truth), dtype=np.bool_)
    for start in range(0, len(truth), _CHUNK):
        rows = slice(start, start + _CHUNK)
        # Ranks as the Euclidean distance does.
        distances = 1 - queries.embeddings[rows] @ gallery.embeddings.T
        hits = ranked_hits(distances, labels, truth[rows])
        first[rows] = hits[:, 0]
        places = label_ranks(distances, labels, truth[rows])
        listed = {f"label_recall_at_{most}": float((places < most).mean()) for most in _LISTED}
        for key, mean in (retrieval_scores(hits, relevant[rows]) | listed).items():
            sums[key] = sums.get(key, 0.0) + mean * len(hits)
    return {key: total / len(truth) for key, total in sums.items()}, first


def _by_group(right: NDArray[np.bool_], groups: NDArray[np.str_]) -> dict[str, float]:
    _, members, counts = np.unique(groups, return_inverse=True, return_counts=True)
    several = counts > 1
    if not several.any():
        return {}
    shares = (np.bincount(members, right) / counts)[several]
    return {
        "groups": int(several.sum()),
        "group_recall_at_1_min": float(shares.min()),
        "group_recall_at_1_mean": float(shares.mean()),
        "group_recall_at_1_max": float(shares.max()),
    }


def _layout(prototypes: Prototypes) -> Layout | None:
    if len(prototypes.labels) > _FEW:
        return None
    names = prototypes.labels.tolist()
    distances = distance_matrix(prototypes.vectors)
    return Layout(tuple(names), distances, closest_pairs(distances, names, _CLOSEST))
