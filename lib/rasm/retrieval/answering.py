"""The rule by which an index answers: who votes, and when the answer is to be believed.

It is learnt once from pictures of validation that the index has not seen, kept with the index, and
asked of every picture that is looked up. So the test judges what is in use.

Votes are weighed by the size of their class (`rasm.retrieval.voting.vote`). Else a class that was
added from one picture could never win: twenty neighbours, one of them its own.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rasm.retrieval.voting import Ballot, Limits, VotingParams, fit_limits, judge, vote


class AnswerRule(BaseModel, frozen=True, extra="forbid"):
    """Entries that vote, and the limits beyond which their answer is in doubt."""

    voters: int
    limits: Limits


def hold_votes(
    distances: NDArray[np.float32],
    numbers: NDArray[np.int64],
    labels: Sequence[str],
    voters: int,
) -> list[Ballot]:
    """The ballots of N queries from the nearest entries, distances and numbers (N, K).

    `labels` (G,) are those of all entries by number. The first `voters` of K vote; those at
    distance infinity, which a search did not find, do not.
    """
    sizes = Counter(labels)
    ballots = []
    for near, entries in zip(distances[:, :voters], numbers[:, :voters].tolist(), strict=True):
        names = [labels[entry] for entry in entries]
        counts = np.array([sizes[name] for name in names], dtype=np.int64)
        ballots.append(vote(near, np.array(names, dtype=np.str_), counts))
    return ballots


def learn_rule(ballots: Sequence[Ballot], truth: Sequence[str], params: VotingParams) -> AnswerRule:
    """The rule from `ballots` of validation, whose classes are `truth`."""
    return AnswerRule(voters=params.voters, limits=fit_limits(ballots, truth, params))


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
