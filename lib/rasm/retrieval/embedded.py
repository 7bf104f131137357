"""Pictures of a corpus as points, and who they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import Item, Pictures

Embed = Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]]
"""Pictures to embeddings (N, D) of unit length."""
_BATCH = 1024  # pictures that are held at once


@dataclass(frozen=True)
class Embedded:
    """N pictures; those of one group are of one split."""

    embeddings: NDArray[np.float32]  # (N, D), unit length
    labels: NDArray[np.str_]  # (N,)
    groups: NDArray[np.str_]  # (N,)


def embed_items(
    items: Sequence[Item],
    pictures: Pictures,
    embed: Embed,
    progress: Callable[[Iterable[int]], Iterable[int]],
) -> Embedded:
    """Embed the pictures of at least one item, a batch at a time; `progress` sees each batch."""
    starts = progress(range(0, len(items), _BATCH))
    parts = [embed(pictures.of(items[start : start + _BATCH])) for start in starts]
    labels, groups = (np.array([getattr(i, name) for i in items]) for name in ("label", "group"))
    return Embedded(np.concatenate(parts), labels, groups)
