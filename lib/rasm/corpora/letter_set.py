"""The drawings of a corpus of letters, ready to be aged and compared.

Of the drawings of a letter, sorted by number, the first is its ideal: the clean reference that worn
letters are compared with. The importer keeps no letter without one, and numbers it first.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.corpus import Pictures, read_corpus


@dataclass(frozen=True)
class Letters:
    """N drawings (H, W) uint8, dark on white, and the letter that each shows."""

    pictures: tuple[NDArray[np.uint8], ...]
    labels: NDArray[np.str_]  # (N,)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The training split of a corpus. Raises as `read_corpus` does."""
        items = read_corpus(folder).of("train")
        with Pictures(folder) as pictures:
            return cls(
                tuple(pictures[item.picture] for item in items),
                np.array([item.label for item in items]),
            )

    @property
    def names(self) -> NDArray[np.str_]:
        """The letters (C,), sorted."""
        return np.unique(self.labels)

    @property
    def ideals(self) -> NDArray[np.int64]:
        """The row of each letter's ideal, (C,), in the order of `names`."""
        return np.asarray(np.unique(self.labels, return_index=True)[1], dtype=np.int64)

    def rows_of(self, name: str) -> NDArray[np.int64]:
        """The rows of a letter's drawings, its ideal first."""
        return np.flatnonzero(self.labels == name)
