"""Looking pictures up: the nearest characters of an index, and of what the user has added.

Added classes lie outside of outputs/, in `dataset/added/CORPUS`, so that neither a new run nor
`make clean` loses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rasm.query.run_files import CORPUS
from rasm.retrieval.gallery import Added, Gallery
from rasm.retrieval.index import Searcher
from rasm.retrieval.index_folder import Entry, load_index
from rasm.retrieval.merging import with_added
from rasm.training.device import Compute
from rasm.training.embedding_reading import PictureEmbedder

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Hit:
    """One label among the nearest: its nearest picture, `distance` in [0, 2]."""

    label: str
    codepoints: tuple[int, ...]
    distance: float
    source: str  # font or file, or `added`

    def as_dict(self) -> dict[str, Any]:
        """For JSON; code points as U+XXXX."""
        return {**vars(self), "codepoints": [f"U+{code:04X}" for code in self.codepoints]}


@dataclass(frozen=True)
class Search:
    """An embedder, its index and the added pictures of one corpus."""

    embedder: PictureEmbedder
    searcher: Searcher
    entries: tuple[Entry, ...]
    gallery: Gallery

    @classmethod
    def load(
        cls,
        corpus: str = CORPUS,
        outputs: Path = Path("outputs"),
        added: Path = Path("dataset/added"),
    ) -> Self:
        """What a finished run knows of a corpus.

        Raises FileNotFoundError or ValueError that say what to run.
        """
        folder = outputs / "checkpoints/embedder" / corpus
        embedder = PictureEmbedder.load(folder, Compute())
        index, entries = load_index(outputs / "index" / corpus, embedder.fingerprint)
        gallery = Gallery(added / corpus, embedder.fingerprint, embedder.embed)
        return cls(embedder, Searcher(index), entries, gallery)

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Embeddings (N, D) float32 of unit length of pictures (H, W) or (H, W, 3) uint8."""
        return self.embedder.embed(pictures)

    def query(self, pictures: Sequence[Picture], top: int = 10) -> list[list[Hit]]:
        """For each picture the `top` nearest labels, nearest first, each label once."""
        queries = self.embed(pictures)
        added = self.gallery.added()
        vectors = np.array([one.embedding for one in added], dtype=np.float32)
        vectors = vectors.reshape(len(added), queries.shape[1])
        found = self.searcher.search(queries, _enough(top))
        merged = with_added(found, queries, vectors, len(self.entries), _enough(top))
        return [
            _labels(distances, numbers, self.entries, added, top)
            for distances, numbers in zip(*merged, strict=True)
        ]


def _enough(top: int) -> int:
    """Pictures to look at so that they show `top` labels: fonts show the same label many times."""
    return 50 * top


def _labels(
    distances: NDArray[np.float32],
    numbers: NDArray[np.int64],
    entries: Sequence[Entry],
    added: Sequence[Added],
    top: int,
) -> list[Hit]:
    hits: dict[str, Hit] = {}
    for distance, number in zip(distances.tolist(), numbers.tolist(), strict=True):
        if number < 0:  # an approximate index did not find as many
            continue
        if number < len(entries):
            entry = entries[number]
            label, codepoints, source = entry.label, entry.codepoints, entry.source
        else:
            own = added[number - len(entries)]
            label, codepoints, source = own.label, own.codepoints, "added"
        if len(hits) < top:
            hits.setdefault(label, Hit(label, codepoints, distance, source))
    return list(hits.values())
