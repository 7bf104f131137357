"""Open retrieval: which of all labels is it? Asked of one font's picture, answered by others.

A trial among twenty letters of one script is how matchers are compared; whoever looks a character
up has no list of twenty. So every label of every script stands to choice, those of scripts that no
training saw among them, and of a label only what other fonts draw.
"""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.lookup import answer_scores, probability_scores
from rasm.metrics.retrieval import CUTOFFS, label_ranks
from rasm.retrieval.elsewhere import Sourced, distances_elsewhere, hold_votes_elsewhere
from rasm.retrieval.voting import AnswerRule
from rasm.trust.votes import VoteRule


def open_queries(pictures: Sourced, least: int, most: int, seed: int) -> NDArray[np.int64]:
    """Rows of pictures whose label another source shows: at most so many of a group, drawn evenly.

    A group that has fewer than `least` is not asked. A group's do not depend on the others.
    """
    elsewhere = pictures.elsewhere
    chosen = [np.zeros(0, dtype=np.int64)]
    for group in np.unique(pictures.groups).tolist():
        rows = np.flatnonzero(elsewhere & (pictures.groups == group))
        if len(rows) < least:
            continue
        generator = np.random.default_rng([seed, zlib.crc32(group.encode())])
        chosen.append(np.sort(generator.permutation(rows)[:most]))
    return np.concatenate(chosen)


def label_places(queries: Sourced, gallery: Sourced) -> NDArray[np.int64]:
    """How many labels are nearer than the right one, (N,), the query's own source left out.

    As `label_ranks` counts: from 0, and what ties with the right one is nearer.
    """
    # By number: names of characters are long, and every pair of them is compared.
    _, codes = np.unique(np.concatenate([gallery.labels, queries.labels]), return_inverse=True)
    labels, truth = np.split(codes.astype(np.str_), [len(gallery.labels)])
    places, start = [], 0
    for distances in distances_elsewhere(queries, gallery):
        places.append(label_ranks(distances, labels, truth[start : start + len(distances)]))
        start += len(distances)
    return np.concatenate(places)


def score_open(
    queries: Mapping[str, Sourced],
    gallery: Sourced,
    rule: AnswerRule | None,
    votes: VoteRule | None,
    intervals: IntervalParams,
    seed: int,
) -> dict[str, float]:
    """How often the label of a query is among the first of all labels, by metric key.

    Of each set of `queries`, by name: `open_NAME_top1`, `_top5` and `_top10`, means over groups in
    [0, 1] with the ends of their intervals; its number of pictures and of groups; and, with a
    `rule`, how good and how honest its votes are, as `answer_scores` has it, a mean over pictures;
    with `votes` what `probability_scores` says of them, groups alike.
    `open_labels` and `open_pictures` are those of the `gallery`.
    """
    found: dict[str, float] = {
        "open_labels": len(np.unique(gallery.labels)),
        "open_pictures": len(gallery.labels),
    }
    for name, asked in queries.items():
        key = f"open_{name}"
        found[f"{key}_queries"] = len(asked.labels)
        found[f"{key}_groups"] = len(np.unique(asked.groups))
        places = label_places(asked, gallery)
        for most in CUTOFFS:
            right, top = places < most, f"{key}_top{most}"
            found |= with_interval(top, right, asked.groups, intervals, seed, groups_alike=True)
        if rule:
            ballots = hold_votes_elsewhere(asked, gallery, rule.voters)
            truth = asked.labels.tolist()
            scores = answer_scores(ballots, truth, rule)
            scores |= probability_scores(ballots, truth, asked.groups, votes)
            found |= {f"{key}_{score}": value for score, value in scores.items()}
    return found
