"""The index that was evaluated -> the one in use, which holds every split of the corpus.

Nothing is learnt or chosen here: the network and the rules are those that were measured. What was
held out to measure them would else be missing in use, and with it whole scripts.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.nets.compute import Compute
from rasm.reading.embeddings import PictureEmbedder
from rasm.retrieval.condensing import few_of_each
from rasm.retrieval.elsewhere import Sourced
from rasm.retrieval.index import build_index
from rasm.retrieval.index_folder import load_index, read_index_card, save_index
from rasm.retrieval.prototypes import as_embedded, exemplars, with_prototypes
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """No section of params.yaml: all is as in the index that was evaluated."""


def main(
    params: Params,
    track: Track,
    *,
    corpus: Path,
    embedder: Path,
    train_index: Path,
    index: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Index the pictures of all splits, those of training first."""
    known, progress = read_corpus(corpus), partial(track, desc="embeddings", unit="batch")
    train, others = known.of("train"), (*known.of("val"), *known.of("test"))
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    evaluated, entries = load_index(train_index, network.fingerprint)
    card = read_index_card(train_index)
    with Pictures(corpus) as pictures:
        shown = as_embedded(evaluated, entries, len(train)) or Sourced.embedding(
            train, pictures, network.embed, progress
        )
        vectors = [shown.embeddings]
        if others:
            vectors.append(Sourced.embedding(others, pictures, network.embed, progress).embeddings)
    points, held = np.concatenate(vectors), exemplars([*train, *others])
    if card.exemplars:
        labels = np.array([entry.label for entry in held])
        rows = few_of_each(points, labels, card.exemplars, seed)
        points, held = points[rows], [held[row] for row in rows]
    if any(entry.kind == "prototype" for entry in entries):
        points, held = with_prototypes(points, held)
    built = build_index(points, card.params, seed)
    index.mkdir(parents=True, exist_ok=True)
    save_index(
        index,
        built,
        held,
        card.params,
        network.fingerprint,
        card.rule,
        card.matching,
        card.exemplars,
        card.votes,
    )
    print(f"  {len(held)} entries of {len(known.class_to_idx)} labels")
