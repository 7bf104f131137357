"""Where phase 1 errs: by how often training saw the primitive, and which are mistaken for which.

The vocabulary cuts a continuum, so most errors should fall on a neighbour of the true primitive:
the diagonal of the confusion matrix, had the primitives an order. The sheet shows whether they do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.cells import neighbourhood
from rasm.primitives.patterns import ReadCells
from rasm.report.prototypes import write_sheet
from rasm.report.table import write_table

_EDGES = (1, 100, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10000, 100000)


@dataclass(frozen=True)
class Mistake:
    """A primitive read as another, in `cells` cells, most often in pattern number `example`."""

    actual: int
    predicted: int
    cells: int
    example: int


def cells_by_frequency(
    read: ReadCells, train_use: NDArray[np.int64]
) -> Iterator[dict[str, object]]:
    """Accuracy over cells of inked primitives, by how many training cells (V,) each stands for."""
    right = read.predicted == read.truth
    bucket_of = np.digitize(train_use, _EDGES)
    inked = read.truth > 0
    for bucket in np.unique(bucket_of[1:]).tolist():
        rows = inked & (bucket_of[read.truth] == bucket)
        cells = int(read.occurrences[rows].sum())
        yield {
            "training_cells": _bucket_name(bucket),
            "primitives": int((bucket_of[1:] == bucket).sum()),
            "cells": cells,
            "accuracy": float(read.occurrences[rows & right].sum() / cells) if cells else "",
        }


def mistakes(read: ReadCells, most: int) -> list[Mistake]:
    """The most frequent (true, answered) pairs that differ, by cells."""
    wrong = np.flatnonzero(read.predicted != read.truth)
    pairs = np.stack([read.truth[wrong], read.predicted[wrong]], axis=1)
    distinct, pair_of = np.unique(pairs, axis=0, return_inverse=True)
    cells = np.bincount(pair_of, weights=read.occurrences[wrong], minlength=len(distinct))
    found = []
    for pair in np.argsort(-cells, kind="stable")[:most].tolist():
        members = wrong[pair_of == pair]
        example = int(members[read.occurrences[members].argmax()])
        actual, predicted = distinct[pair].tolist()
        found.append(Mistake(actual, predicted, int(cells[pair]), example))
    return found


def cell_confusions(
    found: list[Mistake], centroids: NDArray[np.float32]
) -> Iterator[dict[str, object]]:
    """With the distance of the two centroids and where the answer stands among the neighbours."""
    distance, rank = neighbourhood(centroids)
    for mistake in found:
        pair = mistake.actual, mistake.predicted
        yield {
            "pair": f"{mistake.actual} -> {mistake.predicted}",
            "actual": mistake.actual,
            "predicted": mistake.predicted,
            "cells": mistake.cells,
            "distance": float(distance[pair]),
            "neighbour_rank": int(rank[pair]),
        }


def write_cell_tables(
    folder: Path,
    read: ReadCells,
    train_use: NDArray[np.int64],
    centroids: NDArray[np.float32],
    *,
    most: int,
) -> None:
    """`frequency.csv`, `confusions.csv` and `confusions.png`: a column a mistake, three rows.

    Above the cell as it is, below it the centroid of its primitive, and below that the answer's.
    """
    write_table(
        folder / "frequency.csv",
        ("training_cells", "primitives", "cells", "accuracy"),
        cells_by_frequency(read, train_use),
    )
    found = mistakes(read, most)
    write_table(
        folder / "confusions.csv",
        ("pair", "actual", "predicted", "cells", "distance", "neighbour_rank"),
        cell_confusions(found, centroids),
    )
    points = np.concatenate([np.zeros_like(centroids[:1]), centroids])
    rows = [
        read.bits[[mistake.example for mistake in found]],
        points[[mistake.actual for mistake in found]],
        points[[mistake.predicted for mistake in found]],
    ]
    if found:
        write_sheet(folder / "confusions.png", np.concatenate(rows), columns=len(found), zoom=6)


def _bucket_name(bucket: int) -> str:
    if bucket == len(_EDGES):
        return f"{_EDGES[-1]:06d}+"
    low = _EDGES[bucket - 1] if bucket else 0
    return f"{low:06d}-{_EDGES[bucket] - 1:06d}"
