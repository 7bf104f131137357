"""A corpus and its embedder -> an index in which the nearest pictures are found."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.retrieval.index import IndexParams, Searcher, build_index, recall_against_exact
from rasm.retrieval.index_folder import Entry, save_index
from rasm.training.device import Compute
from rasm.training.embedding_reading import PictureEmbedder
from stages.progress import Track

_BATCH = 1024


class Params(IndexParams, frozen=True, extra="forbid"):
    """The section build_index of params.yaml."""

    probe: int = Field(ge=1)


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
    """Index the training split; say how much of exact search an approximate one finds."""
    items = read_corpus(corpus).of("train")
    network = PictureEmbedder.load(embedder, Compute.model_validate(compute))
    starts = track(range(0, len(items), _BATCH), desc="embeddings", unit="batch")
    with Pictures(corpus) as pictures:
        embeddings = np.concatenate(
            [network.embed([pictures[i.picture] for i in items[s : s + _BATCH]]) for s in starts]
        )
    settings = IndexParams(**params.model_dump(exclude={"probe"}))
    built = build_index(embeddings, settings, seed)
    entries = [
        Entry(i.label, i.source, i.group, i.codepoints, i.picture, "exemplar") for i in items
    ]
    index.mkdir(parents=True, exist_ok=True)
    save_index(index, built, entries, settings, network.fingerprint)
    chosen = np.random.default_rng(seed).permutation(len(items))[: params.probe]
    _, numbers = Searcher(built).search(embeddings[chosen], 10)
    recall = recall_against_exact(numbers, embeddings, embeddings[chosen])
    print(f"  {len(items)} pictures; {recall:.4f} of the 10 nearest of exact search are found")
