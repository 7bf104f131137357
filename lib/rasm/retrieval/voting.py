"""From the nearest entries to an answer: a vote, and whether to believe it.

Each of the nearest K entries votes for its class with the inverse of its distance; the class with
the most votes is the answer. Two questions are asked of it. Is the nearest entry of that class near
enough to be the same glyph at all? Is the next class far enough behind? Both limits are fitted on
validation, each for a promise:

- distance: the lowest limit that keeps a wanted share of the right answers;
- margin, the lead of the first class over the second in shares of the votes: the lowest limit at
  which a wanted share of the answers that pass both is right.

The rule by which an index answers: who votes, and when the answer is to be believed.

It is learnt once from pictures of validation that the index has not seen, kept with the index, and
asked of every picture that is looked up. So the test judges what is in use.

Votes are weighed by the size of their class (`rasm.retrieval.voting.vote`). Else a class that was
added from one picture could never win: twenty neighbours, one of them its own.

How probable it is that the answer is right is learnt beside the rule, see `rasm.trust.votes`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rasm.trust.votes import VoteRule, fit_vote_rule

Verdict = Literal["ok", "uncertain", "not a known glyph", "reshoot"]


_NEAREST = 2e-3  # a constant: distances below are rounding, and must not outvote all others


_NEVER = 2.0  # a margin that no answer has: no lead exceeds 1


_FARTHEST = 2.0  # of unit vectors


class VotingParams(BaseModel, frozen=True, extra="forbid"):
    """Entries that vote, and the two promises, shares in [0, 1], that the limits are fitted for."""

    voters: int
    keep_right: float
    precision: float


class Limits(BaseModel, frozen=True, extra="forbid"):
    """An answer farther than `distance` is no known glyph, one with less `margin` uncertain."""

    distance: float
    margin: float


@dataclass(frozen=True)
class Ballot:
    """The outcome of a vote; the empty label and infinity where no entry was found."""

    label: str
    share: float  # of all votes, in [0, 1]
    distance: float  # to the nearest entry of the class
    margin: float  # `share` less that of the second class
    runners_up: tuple[tuple[str, float], ...]  # the other classes and their shares, best first


@dataclass(frozen=True)
class Answer(Ballot):
    """A ballot with its verdict."""

    verdict: Verdict


def vote(
    distances: NDArray[np.float32],
    labels: NDArray[np.str_],
    sizes: NDArray[np.int64] | None = None,
) -> Ballot:
    """Count the votes of the K nearest entries, distances and labels (K,).

    Those at distance infinity do not vote. Equal classes go by their nearest entry, then by name.

    With `sizes` (K,), the number of gallery entries of each voter's class, a vote is divided by
    them, or by K if less: a class of one picture can win against classes that fill the
    neighbourhood. Where all classes have K entries or more it changes nothing.
    """
    found = np.isfinite(distances)
    if not found.any():
        return Ballot("", 0.0, float("inf"), 0.0, ())
    votes = 1 / np.maximum(distances[found].astype(np.float64), _NEAREST)
    if sizes is not None:
        votes /= np.minimum(sizes[found], len(distances))
    names, classes = np.unique(labels[found], return_inverse=True)
    shares = np.bincount(classes, votes) / votes.sum()
    nearest = np.full(len(names), np.inf)
    np.minimum.at(nearest, classes, distances[found])
    order = np.lexsort((names, nearest, -shares))
    ranked = [(str(names[i]), float(shares[i])) for i in order]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    label, share = ranked[0]
    return Ballot(label, share, float(nearest[order[0]]), share - second, tuple(ranked[1:]))


def fit_limits(ballots: Sequence[Ballot], truth: Sequence[str], params: VotingParams) -> Limits:
    """Limits from ballots of validation queries whose classes are `truth`.

    The margin is beyond reach, so that no answer is `ok`, if none gives the wanted precision, and
    so it is if no answer is right: then any distance passes, and all is uncertain.
    """
    right = np.array([b.label == t for b, t in zip(ballots, truth, strict=True)])
    distances = np.array([ballot.distance for ballot in ballots])
    margins = np.array([ballot.margin for ballot in ballots])
    if not right.any():
        return Limits(distance=_FARTHEST, margin=_NEVER)
    # The nudge keeps 0.95 * 20 from needing 20 of 20.
    kept = max(int(np.ceil(params.keep_right * right.sum() - 1e-9)), 1)
    limit = float(np.sort(distances[right])[kept - 1])
    near = distances <= limit
    for margin in np.unique(margins[near]):
        if right[near & (margins >= margin)].mean() >= params.precision:
            return Limits(distance=limit, margin=float(margin))
    return Limits(distance=limit, margin=_NEVER)


def judge(ballot: Ballot, limits: Limits, *, readable: bool) -> Answer:
    """The answer with its verdict; a picture that is not `readable` had better be taken again."""
    verdict: Verdict = "ok"
    if not readable:
        verdict = "reshoot"
    elif ballot.distance > limits.distance:
        verdict = "not a known glyph"
    elif ballot.margin < limits.margin:
        verdict = "uncertain"
    return Answer(**vars(ballot), verdict=verdict)


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


def learn_probability(
    ballots: Sequence[Ballot], truth: Sequence[str], families: NDArray[np.str_], voters: int
) -> VoteRule:
    """How probable answers are, from `ballots` of validation; `families` (N,) count alike."""
    places = []
    for ballot, label in zip(ballots, truth, strict=True):
        names = [ballot.label, *(name for name, _ in ballot.runners_up)]
        places.append(names.index(label) if label in names else -1)
    shares, distances = _table(ballots)
    among = np.array(places, dtype=np.int64)
    among[among < 0] = shares.shape[1]
    return fit_vote_rule(shares, distances, among, families, voters)


def answer_probabilities(ballots: Sequence[Ballot], rule: VoteRule) -> NDArray[np.float64]:
    """How probable it is that each ballot's label is right, (N,)."""
    return rule.probabilities(*_table(ballots))[:, 0]


def _table(ballots: Sequence[Ballot]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares (N, K) of the votes, best first, 0 where labels are fewer; distances (N,)."""
    labels = max((1 + len(ballot.runners_up) for ballot in ballots), default=1)
    shares = np.zeros((len(ballots), labels))
    for row, ballot in enumerate(ballots):
        found = [ballot.share, *(share for _, share in ballot.runners_up)]
        shares[row, : len(found)] = found
    return shares, np.array([ballot.distance for ballot in ballots], dtype=np.float64)
