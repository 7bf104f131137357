"""A class as one vector: the mean of its embeddings, brought back to unit length.

Of all unit vectors it has the greatest mean cosine to them. It stands beside the exemplars in an
index: one blurred neighbour that no odd drawing can spoil.
Source: Snell, Swersky and Zemel 2017, 'Prototypical networks for few-shot learning'; the length is
ours, since the embeddings have unit length too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import faiss
import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import CorpusItem
from rasm.retrieval.elsewhere import Sourced
from rasm.retrieval.index_folder import Entry


@dataclass(frozen=True)
class Prototypes:
    """One row a class, classes sorted."""

    labels: NDArray[np.str_]  # (C,)
    vectors: NDArray[np.float32]  # (C, D), unit length
    nearest: NDArray[np.int64]  # (C,) row of the exemplar nearest to it, to show in its stead


def class_prototypes(embeddings: NDArray[np.float32], labels: NDArray[np.str_]) -> Prototypes:
    """Prototypes of embeddings (N, D) with labels (N,).

    Raises ValueError naming a class whose embeddings cancel out.
    """
    names, classes = np.unique(labels, return_inverse=True)
    order = np.argsort(classes, kind="stable")
    starts = np.searchsorted(classes[order], np.arange(len(names)))
    sums = np.add.reduceat(embeddings[order].astype(np.float64), starts, axis=0)  # (C, D)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    if (lengths < 1e-6).any():
        name = names[int(lengths.argmin())]
        raise ValueError(f"class {name}: its embeddings cancel out and have no mean direction")
    vectors = (sums / lengths).astype(np.float32)
    cosines = np.einsum("nd,nd->n", embeddings, vectors[classes])
    closest_first = np.lexsort((np.arange(len(classes)), -cosines, classes))
    nearest = closest_first[np.searchsorted(classes[closest_first], np.arange(len(names)))]
    return Prototypes(names, vectors, nearest)


def exemplars(items: Sequence[CorpusItem]) -> list[Entry]:
    """An entry a picture, in the order of the items."""
    return [Entry(i.label, i.source, i.group, i.codepoints, i.picture, "exemplar") for i in items]


def with_prototypes(
    embeddings: NDArray[np.float32], entries: Sequence[Entry]
) -> tuple[NDArray[np.float32], list[Entry]]:
    """Embeddings (N, D) and their entries, and after them those of a prototype a class, by label.

    Raises ValueError naming a class whose embeddings cancel out.
    """
    found = class_prototypes(embeddings, np.array([entry.label for entry in entries]))
    stand_ins = [replace(entries[row], kind="prototype") for row in found.nearest.tolist()]
    return np.concatenate([embeddings, found.vectors]), [*entries, *stand_ins]


def as_embedded(index: faiss.Index, entries: Sequence[Entry], count: int) -> Sourced | None:
    """The `count` exemplars of an exact index, as they were embedded; None where it keeps less."""
    kept = [number for number, entry in enumerate(entries) if entry.kind == "exemplar"]
    if not isinstance(index, faiss.IndexFlat) or len(kept) < count:
        return None
    vectors = index.reconstruct_n(0, index.ntotal)[kept]
    return Sourced.of(vectors, [entries[number] for number in kept])
