"""Do unseen pictures find their class among the seen? Trials for embedders of known classes.

The gallery is a part of the training split, the queries are validation's pictures. Both are of the
same classes, but of other fonts or other individuals.
"""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import nn

from rasm.inputs.pictures import PictureInputs
from rasm.metrics.retrieval import recall_at
from rasm.reading.embeddings import embed_batches
from rasm.retrieval.nearest import nearest
from rasm.training.choosing.trials import TrialGround, TrialParams, Validate

_CHUNK = 512  # pictures that are seen at once
_TOP = 10
_PAIRS = 1000  # of the gallery, whose distance says whether embeddings collapse


class RetrievalTrialParams(TrialParams, frozen=True, extra="forbid"):
    """`gallery` pictures of training are looked in, evenly drawn from its classes."""

    kind: Literal["retrieval"]
    gallery: int = Field(ge=2)

    def validation(self, ground: TrialGround) -> Validate:
        """Classes are the same in all splits: validation is looked up in training."""
        items, shown = ground.held_out()
        known, asked = (
            np.array([item.label for item in part]) for part in (ground.corpus.of("train"), items)
        )
        return retrieval_validation(ground.train.inputs, known, shown, asked, self, ground.seed)


def retrieval_validation(
    gallery: PictureInputs,
    gallery_labels: NDArray[np.str_],
    queries: PictureInputs,
    query_labels: NDArray[np.str_],
    params: RetrievalTrialParams,
    seed: int,
) -> Validate:
    """Validation of an embedder of unit length by all queries in a part of the gallery.

    The metrics: `val_recall_at_1` and `val_recall_at_10`, the share of queries that have a picture
    of their class among the nearest, and `val_spread`, the mean distance of two pictures of the
    gallery, in [0, 2], which nears 0 when embeddings collapse.

    Raises ValueError when no query's class is in the gallery, or when `params.gallery` is less than
    the number of its classes.
    """
    if not np.isin(query_labels, gallery_labels).any():
        raise ValueError("training and validation share no class: retrieval cannot choose an epoch")
    kept = even_sample(gallery_labels, params.gallery, seed)
    labels, asked = gallery_labels[kept], np.arange(len(query_labels))
    generator = np.random.default_rng(seed)
    first = generator.integers(len(kept), size=_PAIRS)
    second = (first + generator.integers(1, len(kept), size=_PAIRS)) % len(kept)  # another one

    def validate(model: nn.Module) -> dict[str, float]:
        known = _embedded(model, gallery, kept)
        _, numbers = nearest(_embedded(model, queries, asked), known, _TOP)
        hits = labels[numbers] == query_labels[:, None]
        return {
            "val_recall_at_1": recall_at(hits, 1),
            "val_recall_at_10": recall_at(hits, _TOP),
            "val_spread": float(np.linalg.norm(known[first] - known[second], axis=1).mean()),
        }

    return validate


def even_sample(labels: NDArray[np.str_], most: int, seed: int) -> NDArray[np.int64]:
    """At most `most` rows of `labels` (N,), ascending, from all classes as evenly as they allow.

    Classes take turns to give a row each, until they have none left or there are enough. Raises
    ValueError when `most` is less than a row for each.
    """
    names, classes = np.unique(labels, return_inverse=True)
    if most < len(names):
        raise ValueError(f"a gallery of {most} pictures cannot show {len(names)} classes")
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    by_class = shuffled[np.argsort(classes[shuffled], kind="stable")]
    starts = np.searchsorted(classes[by_class], np.arange(len(names)))
    turn = np.arange(len(labels)) - starts[classes[by_class]]
    order = np.lexsort((generator.random(len(labels)), turn))
    return np.sort(by_class[order[:most]])


def _embedded(
    model: nn.Module, seen: PictureInputs, rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Embeddings (N, D) of rows, which are seen a chunk at a time: all at once may not fit."""
    parts = torch.split(torch.from_numpy(rows).to(seen.device), _CHUNK)
    return np.concatenate([embed_batches(model, seen.clean(part)) for part in parts])
