"""Cells of the training fonts -> the vocabulary of primitives."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from rasm.primitives.assignment import as_bits, nearest_primitives
from rasm.primitives.patterns import read_pattern_grids, read_patterns
from rasm.primitives.vocabulary import cluster, save_primitives
from rasm.report.prototypes import write_sheet
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section cluster_primitives of params.yaml."""

    vocabulary: int = Field(ge=3, le=65535)
    iterations: int = Field(ge=1)


def main(
    params: Params,
    track: Track,
    *,
    cells: Path,
    manifest: Path,
    label_map: Path,
    train_ids: Path,
    primitives: Path,
    sheet: Path,
    seed: int,
) -> None:
    """Cluster the distinct inked cells, each weighted by its use in training fonts."""
    (roster,) = read_splits(manifest, label_map, train_ids)
    with Records(cells) as store:
        patterns = read_patterns(store)
        grids = read_pattern_grids(store, roster.glyph_ids)
    use = np.bincount(grids.ravel(), minlength=len(patterns.counts))
    use[0] = 0
    bits = as_bits(patterns.cells)
    seen = use > 0
    print(f"  clustering {int(seen.sum())} patterns of {int(use.sum())} cells", flush=True)
    vocabulary = cluster(
        bits[seen],
        use[seen].astype(np.float64),
        params.vocabulary - 1,
        iterations=params.iterations,
        seed=seed,
    )
    of_pattern = nearest_primitives(bits, vocabulary.centroids)
    train_use = np.bincount(of_pattern, weights=use, minlength=params.vocabulary).astype(np.int64)
    save_primitives(primitives, vocabulary, of_pattern, train_use)
    write_sheet(sheet, vocabulary.centroids)
    print(f"  {params.vocabulary - 1} primitives, mean squared distance {vocabulary.inertia:.3f}")
