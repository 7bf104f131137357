"""Labels that are one shape.

Tightly scaled, the Arabic-Indic seven and the extended one are the same picture in the same font,
and so are some 19% of all glyphs: no picture can tell them apart. Labels whose pictures coincide
in at least half of the fonts that have both become one shape class. One font a family is asked: its
other weights would say the same again. A recogniser learns shape classes and answers with all
labels of the class, the most common first.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, model_validator
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from rasm.store.sealed import Mark, read_sealed, write_sealed


@dataclass(frozen=True)
class ShapeClasses:
    """Shape class of every label, and how often each label is the one that is meant.

    `class_of` (L,) int64; `prior` (L,) float64 is P(label | its class), from training counts.
    """

    class_of: NDArray[np.int64]
    prior: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of shape classes."""
        return int(self.class_of.max()) + 1

    def label_scores(self, class_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(label) (N, L) from P(shape class) (N, C): the class's share by its prior."""
        return np.asarray(class_scores[:, self.class_of] * self.prior)


class ShapeFile(BaseModel, frozen=True, extra="forbid"):
    """homoglyphs.json: L labels in the order of the label map, and their C shape classes."""

    class_of: tuple[int, ...]
    """Shape class of each label (L,)."""
    prior: tuple[float, ...]
    """P(label | its class) (L,)."""
    members: tuple[tuple[str, ...], ...]
    """Labels of each class (C,), the commonest first."""
    train_counts: tuple[int, ...]
    """Glyphs of each label (L,) in all training fonts."""
    train_ceiling_strict: float
    train_ceiling_shape: float
    files: dict[str, Mark]
    """The label map."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        sizes = {len(self.class_of), len(self.prior), len(self.train_counts)}
        if sizes != {sum(map(len, self.members))}:
            raise ValueError("class_of, prior, members and train_counts are of other labels")
        if set(self.class_of) != set(range(len(self.members))):
            raise ValueError("class_of and members are of other classes")
        return self

    @property
    def shapes(self) -> ShapeClasses:
        """The same as columns."""
        return ShapeClasses(
            np.array(self.class_of, dtype=np.int64), np.array(self.prior, dtype=np.float64)
        )


def write_shape_file(path: Path, content: ShapeFile) -> None:
    """Write homoglyphs.json."""
    write_sealed(path, content.model_dump())


def read_shape_file(path: Path) -> ShapeFile:
    """Read homoglyphs.json. Raises ValueError naming file and field where it is none."""
    return read_sealed(path, ShapeFile)


def coincidence(
    fonts: NDArray[np.str_], labels: NDArray[np.int64], pictures: list[bytes], label_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Fonts in which two labels are the same picture, and fonts that have both; each (L, L) int64.

    All three inputs are aligned over N glyphs; at most one glyph a (font, label) is counted.
    """
    by_font: dict[str, dict[int, bytes]] = defaultdict(dict)
    for font, label, picture in zip(fonts.tolist(), labels.tolist(), pictures, strict=True):
        by_font[font][label] = picture
    same = np.zeros((label_count, label_count), dtype=np.int64)
    present = np.zeros((len(by_font), label_count), dtype=np.int64)
    for row, glyphs in enumerate(by_font.values()):
        present[row, list(glyphs)] = 1
        alike: dict[bytes, list[int]] = defaultdict(list)
        for label, picture in glyphs.items():
            alike[picture].append(label)
        for group in alike.values():
            for a, b in combinations(group, 2):
                same[a, b] += 1
                same[b, a] += 1
    return same, present.T @ present


def merge(
    same: NDArray[np.int64], both: NDArray[np.int64], *, min_share: float, min_fonts: int
) -> NDArray[np.int64]:
    """Shape class (L,) of each label; classes are numbered by their first label.

    Any two labels of a class coincide in at least `min_share` of the fonts that have both, and in
    at least `min_fonts` of them. Those that coincide most often merge first (complete linkage), so
    that of a chain of labels, each like the next, the ends are not one.
    """
    alike = (same >= min_fonts) & (same >= min_share * both)
    apart = np.where(alike, 1 - same / np.maximum(both, 1), 2.0)
    np.fill_diagonal(apart, 0)
    if len(apart) == 1:
        return np.zeros(1, dtype=np.int64)
    # Two that are not alike are 2 apart, which is what complete linkage takes for their clusters.
    cluster = fcluster(linkage(squareform(apart), "complete"), 1.0, "distance")
    _, first, number = np.unique(cluster, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[number], dtype=np.int64)


def label_prior(class_of: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """P(label | class) (L,) by training counts (L,), each label counted once more than seen."""
    smoothed = counts + 1.0
    return np.asarray(smoothed / np.bincount(class_of, weights=smoothed)[class_of])
