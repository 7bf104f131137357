"""A corpus and its embedder -> an index of the training split, which is evaluated.

And what validation says of it: when an answer is to be believed, how probable it is, and when two
pictures show one letter. Worn letters stand in where there is no validation split: of them it is
learnt how probable an answer is, and not when to believe it.
`publish_index` makes the index in use from it.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.augment.severity import Severity
from rasm.corpora.corpus import Pictures, read_corpus
from rasm.metrics.lookup import answer_scores, probability_scores
from rasm.metrics.pairs import match_scores, pairs_elsewhere, pairs_with_known
from rasm.metrics.verification import JudgedPairs, Matching
from rasm.nets.compute import Compute
from rasm.reading.embeddings import Embed, PictureEmbedder
from rasm.retrieval.condensing import few_of_each
from rasm.retrieval.elsewhere import Sourced, hold_votes_elsewhere
from rasm.retrieval.index import IndexParams, Searcher, build_index, recall_against_exact
from rasm.retrieval.index_folder import save_index
from rasm.retrieval.prototypes import exemplars, with_prototypes
from rasm.retrieval.voting import (
    Ballot,
    VotingParams,
    hold_votes,
    learn_probability,
    learn_rule,
)
from rasm.trust.matching import fit_match_rule
from stages.progress import Track


class SplitPairsParams(BaseModel, frozen=True, extra="forbid"):
    """`count` pairs of the validation split with training, or of its own where no class is shared.

    Where there are none, nothing is learnt.
    """

    kind: Literal["split"]
    count: int = Field(ge=8)


class WornPairsParams(BaseModel, frozen=True, extra="forbid"):
    """`count` pairs of an ideal and one of `queries` letters of training.

    The letters are worn at `levels` in turn.
    """

    kind: Literal["worn"]
    count: int = Field(ge=8)
    queries: int = Field(ge=2)
    levels: tuple[Severity, ...] = Field(min_length=1)


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section build_index of params.yaml."""

    probe: int = Field(ge=1)
    exemplars: int = Field(ge=0)
    prototypes: bool
    voting: VotingParams
    pairs: Annotated[SplitPairsParams | WornPairsParams, Field(discriminator="kind")]
    index: IndexParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    train_index: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Index the training split, and learn from validation what to believe."""
    known = read_corpus(corpus)
    train, val = known.of("train"), known.of("val")
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    progress = partial(track, desc="embeddings", unit="batch")
    with Pictures(corpus) as pictures:
        shown = Sourced.embedding(train, pictures, network.embed, progress)
        asked = Sourced.embedding(val, pictures, network.embed, progress) if val else None
    vectors, entries = shown.embeddings, exemplars(train)
    if params.exemplars:
        rows = few_of_each(vectors, shown.labels, params.exemplars, seed)
        vectors, entries = vectors[rows], [entries[row] for row in rows]
    if params.prototypes:
        vectors, entries = with_prototypes(vectors, entries)
    built = build_index(vectors, params.index, seed)
    voters, rule, matching, votes = params.voting.voters, None, None, None
    labels, searcher = [entry.label for entry in entries], Searcher(built)
    validated = None
    if isinstance(params.pairs, WornPairsParams):
        worn = _worn_letters(corpus, network.embed, params.pairs, seed)
        validated = _Validated(
            hold_votes(*searcher.search(worn.queries, voters), labels, voters),
            worn.truth,
            worn.truth,
            worn.pairs(params.pairs.count, seed),
        )
    elif asked and np.isin(asked.labels, shown.labels).any():
        validated = _Validated(
            hold_votes(*searcher.search(asked.embeddings, voters), labels, voters),
            asked.labels,
            asked.groups,
            pairs_with_known(asked, shown, params.pairs.count, seed),
        )
    elif asked and asked.elsewhere.any():
        # Classes that training lacks. The index in use has them, as other fonts draw them.
        held = Sourced.of(vectors, entries).and_of(asked)
        validated = _Validated(
            hold_votes_elsewhere(asked, held, voters),
            asked.labels,
            asked.groups,
            pairs_elsewhere(asked, params.pairs.count, seed),
        )
    if validated:
        ballots, truth, families = validated.ballots, validated.truth.tolist(), validated.families
        if params.pairs.kind != "worn":
            rule = learn_rule(ballots, truth, params.voting)
            _print_scores("answers", answer_scores(ballots, truth, rule))
        votes = learn_probability(ballots, truth, families, voters)
        _print_scores("probability", probability_scores(ballots, truth, families, votes))
        if pairs := validated.pairs:
            matching = fit_match_rule(pairs.distances, pairs.same)
            _print_scores("pairs", match_scores(pairs, matching))
    train_index.mkdir(parents=True, exist_ok=True)
    save_index(
        train_index,
        built,
        entries,
        params.index,
        network.fingerprint,
        rule,
        matching,
        params.exemplars,
        votes,
    )
    chosen = np.random.default_rng(seed).permutation(len(vectors))[: params.probe]
    _, numbers = searcher.search(vectors[chosen], 10)
    recall = recall_against_exact(numbers, vectors, vectors[chosen])
    print(
        f"  {len(entries)} entries of {len(train)} pictures; of the 10 nearest {recall:.4f} found"
    )


@dataclass(frozen=True)
class _Validated:
    """Votes on N pictures that the index has not seen, and pairs of them, where there are any."""

    ballots: list[Ballot]
    truth: NDArray[np.str_]  # (N,)
    families: NDArray[np.str_]  # (N,), which count alike; of worn letters the letters
    pairs: JudgedPairs | None


def _worn_letters(corpus: Path, embed: Embed, params: WornPairsParams, seed: int) -> Matching:
    from rasm.augment.worn_matching import worn_matching
    from rasm.corpora.letter_set import Letters

    letters = Letters.read(corpus)
    return worn_matching(letters, params.queries, params.levels, "val", embed, seed)


def _print_scores(what: str, scores: dict[str, float]) -> None:
    print(f"  {what} of validation: " + ", ".join(f"{k} {v:.4f}" for k, v in scores.items()))
