"""Neighbours in other fonts: what a picture's own source holds is left out.

Whether a character is found as another font draws it can be asked of pictures that are in the
gallery themselves, and of scripts that no training saw: a gallery of all pictures, less those of
the font that asks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import CorpusItem, Pictures
from rasm.reading.embeddings import Embed, Embedded, embed_items
from rasm.retrieval.index import Hits
from rasm.retrieval.index_folder import Entry
from rasm.retrieval.voting import Ballot, vote

_CHUNK = 256  # queries compared at once


@dataclass(frozen=True)
class Sourced(Embedded):
    """N embedded pictures, and the file or font that each came from."""

    sources: NDArray[np.str_]  # (N,)

    @classmethod
    def of(
        cls, embeddings: NDArray[np.float32], known: Sequence[CorpusItem] | Sequence[Entry]
    ) -> Self:
        """Embeddings (N, D) of the pictures of N items, or of N entries of an index."""
        columns = (
            np.array([getattr(one, name) for one in known], dtype=np.str_)
            for name in ("label", "group", "source")
        )
        return cls(embeddings, *columns)

    @classmethod
    def embedding(
        cls,
        items: Sequence[CorpusItem],
        pictures: Pictures,
        embed: Embed,
        progress: Callable[[Iterable[int]], Iterable[int]],
    ) -> Self:
        """The pictures of at least one item, as `embed_items` embeds them."""
        return cls.of(embed_items(items, pictures, embed, progress).embeddings, items)

    def rows(self, chosen: NDArray[np.generic]) -> Self:
        """Some of them, by number or by mask."""
        return type(self)(*(column[chosen] for column in vars(self).values()))

    def and_of(self, others: Self) -> Self:
        """These, and after them the others."""
        columns = zip(vars(self).values(), vars(others).values(), strict=True)
        return type(self)(*map(np.concatenate, columns))

    @property
    def elsewhere(self) -> NDArray[np.bool_]:
        """Whether another source among them has a picture of the same label, (N,)."""
        return _alike(self.labels) > _alike(self.labels, self.sources)

    @property
    def distinguished(self) -> NDArray[np.bool_]:
        """Whether another source has a picture of another label of the same group, (N,)."""
        others = _alike(self.groups) - _alike(self.groups, self.sources)
        own = _alike(self.groups, self.labels)
        return others > own - _alike(self.groups, self.labels, self.sources)


def distances_elsewhere(queries: Sourced, gallery: Sourced) -> Iterator[NDArray[np.float32]]:
    """Euclidean distances (n, G) of a few queries at a time, in their order.

    Infinite to the pictures of a query's own source.
    """
    _, codes = np.unique(np.concatenate([queries.sources, gallery.sources]), return_inverse=True)
    asking, held = np.split(codes, [len(queries.sources)])
    for start in range(0, len(asking), _CHUNK):
        rows = slice(start, start + _CHUNK)
        squared = 2 - 2 * queries.embeddings[rows] @ gallery.embeddings.T
        distances = np.sqrt(np.maximum(squared, 0))
        distances[asking[rows][:, None] == held] = np.inf
        yield distances


def nearest_elsewhere(queries: Sourced, gallery: Sourced, top: int) -> Hits:
    """Distances and row numbers (N, min(top, G)) of the nearest in other sources, nearest first.

    Where there are fewer, distance infinity follows. Equal distances go by row number; of those
    that tie for the last place any may be the one that is named.
    """
    count = min(top, len(gallery.labels))
    found = []
    for distances in distances_elsewhere(queries, gallery):
        chosen = np.sort(np.argpartition(distances, count - 1, axis=1)[:, :count], axis=1)
        near = np.take_along_axis(distances, chosen, axis=1)
        order = np.argsort(near, axis=1, kind="stable")
        found.append([np.take_along_axis(part, order, axis=1) for part in (near, chosen)])
    near, numbers = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return near, numbers


def hold_votes_elsewhere(queries: Sourced, gallery: Sourced, voters: int) -> list[Ballot]:
    """The ballots of queries, by the nearest entries in other sources: as `hold_votes`.

    What a query's own source holds does not count for the size of its class either.
    """
    sizes = Counter(gallery.labels.tolist())
    own = Counter(zip(gallery.labels.tolist(), gallery.sources.tolist(), strict=True))
    near, numbers = nearest_elsewhere(queries, gallery, voters)
    ballots = []
    for distances, entries, source in zip(near, numbers, queries.sources.tolist(), strict=True):
        labels = gallery.labels[entries]
        counts = [sizes[name] - own[name, source] for name in labels.tolist()]
        ballots.append(vote(distances, labels, np.array(counts, dtype=np.int64)))
    return ballots


def _alike(*columns: NDArray[np.str_]) -> NDArray[np.int64]:
    """How many rows are as each one in all of these columns (N,), itself among them."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        names, which = np.unique(column, return_inverse=True)
        codes = codes * len(names) + which
    _, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return np.asarray(counts[which], dtype=np.int64)
