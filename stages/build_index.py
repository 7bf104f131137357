"""A corpus and its embedder -> an index in which the nearest pictures are found."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.metrics.lookup import answer_scores
from rasm.nets.compute import Compute
from rasm.reading.embeddings import PictureEmbedder, embed_items
from rasm.retrieval.index import IndexParams, Searcher, build_index, recall_against_exact
from rasm.retrieval.index_folder import save_index
from rasm.retrieval.prototypes import exemplars, with_prototypes
from rasm.retrieval.voting import VotingParams, hold_votes, learn_rule
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section build_index of params.yaml."""

    probe: int = Field(ge=1)
    prototypes: bool
    voting: VotingParams
    index: IndexParams


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    index: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Index the training split, and learn from validation when an answer is to be believed."""
    known = read_corpus(corpus)
    train, val = known.of("train"), known.of("val")
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    progress = partial(track, desc="embeddings", unit="batch")
    rule = None
    with Pictures(corpus) as pictures:
        vectors = embed_items(train, pictures, network.embed, progress).embeddings
        entries = exemplars(train)
        if params.prototypes:
            vectors, entries = with_prototypes(vectors, entries)
        built = build_index(vectors, params.index, seed)
        labels = [entry.label for entry in entries]
        # Elsewhere no answer can be right, and there is no verdict to learn.
        if {item.label for item in val} & set(labels):
            asked = embed_items(val, pictures, network.embed, progress)
            found = Searcher(built).search(asked.embeddings, params.voting.voters)
            ballots = hold_votes(*found, labels, params.voting.voters)
            truth = asked.labels.tolist()
            rule = learn_rule(ballots, truth, params.voting)
            scores = answer_scores(ballots, truth, rule)
            print("  validation: " + ", ".join(f"{k} {v:.4f}" for k, v in scores.items()))
    index.mkdir(parents=True, exist_ok=True)
    save_index(index, built, entries, params.index, network.fingerprint, rule)
    chosen = np.random.default_rng(seed).permutation(len(train))[: params.probe]
    _, numbers = Searcher(built).search(vectors[chosen], 10)
    recall = recall_against_exact(numbers, vectors, vectors[chosen])
    print(f"  {len(train)} pictures; {recall:.4f} of the 10 nearest of exact search are found")
