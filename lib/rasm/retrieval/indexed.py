"""What of a corpus is in its index: every picture, and on demand one prototype a class."""

from collections.abc import Sequence
from dataclasses import replace

import faiss
import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import Item
from rasm.retrieval.embedded import Embedded
from rasm.retrieval.index_folder import Entry
from rasm.retrieval.prototypes import class_prototypes


def exemplars(items: Sequence[Item]) -> list[Entry]:
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


def as_embedded(index: faiss.Index, entries: Sequence[Entry]) -> Embedded | None:
    """The exemplars of an exact index, as they were embedded; None where others keep less."""
    if not isinstance(index, faiss.IndexFlat):
        return None
    kept = [number for number, entry in enumerate(entries) if entry.kind == "exemplar"]
    labels, groups = (
        np.array([getattr(entries[k], name) for k in kept]) for name in ("label", "group")
    )
    return Embedded(index.reconstruct_n(0, index.ntotal)[kept], labels, groups)
