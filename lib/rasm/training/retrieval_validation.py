"""Choosing an embedder of known classes: do unseen pictures find their class among the seen?

The gallery is a part of the training split, the queries are validation's pictures. Both are of the
same classes, but of other fonts or other individuals.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor, nn

from rasm.retrieval.metrics import recall_at
from rasm.retrieval.nearest import nearest
from rasm.training.one_shot_validation import embed

_CHUNK = 512  # pictures that are seen at once
_TOP = 10
_PAIRS = 1000  # of the gallery, whose distance says whether embeddings collapse


class RetrievalParams(BaseModel, frozen=True, extra="forbid"):
    """`gallery` pictures of training are looked in, evenly drawn from its classes."""

    gallery: int = Field(ge=2)


class Seen(Protocol):
    """Pictures as the network sees them in use."""

    def clean(self, rows: Tensor) -> Tensor:
        """Rows (B,) as (B, C, S, S)."""
        ...


def retrieval_validation(
    gallery: Seen,
    gallery_labels: NDArray[np.str_],
    queries: Seen,
    query_labels: NDArray[np.str_],
    params: RetrievalParams,
    seed: int,
) -> Callable[[nn.Module], dict[str, float]]:
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
        raise ValueError(f"retrieval.gallery: {most} pictures cannot show {len(names)} classes")
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    by_class = shuffled[np.argsort(classes[shuffled], kind="stable")]
    starts = np.searchsorted(classes[by_class], np.arange(len(names)))
    turn = np.arange(len(labels)) - starts[classes[by_class]]
    order = np.lexsort((generator.random(len(labels)), turn))
    return np.sort(by_class[order[:most]])


def _embedded(model: nn.Module, seen: Seen, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Embeddings (N, D) of rows, which are seen a chunk at a time: all at once may not fit."""
    parts = torch.split(torch.from_numpy(rows), _CHUNK)
    return np.concatenate([embed(model, seen.clean(part)) for part in parts])
