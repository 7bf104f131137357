"""Rasters -> distinct cell patterns with counts, and every glyph as a grid of pattern numbers."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.primitives.patterns import find_patterns, write_cells
from rasm.raster.packing import slice_cells, unpack
from rasm.store.records import Records
from stages.progress import Track

_BATCH = 1024


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section slice_cells of params.yaml."""

    grid: int = Field(ge=2)


def main(params: Params, track: Track, *, rasters: Path, cells: Path) -> None:
    """Cut every raster and number its cells."""
    with Records(rasters) as store:
        ids = store.glyph_ids()

        def batches() -> Iterator[NDArray[np.uint8]]:
            starts = range(0, len(ids), _BATCH)
            for start in track(starts, desc="slicing", unit=f"x{_BATCH} glyphs"):
                masks = unpack(store.stack(ids[start : start + _BATCH]))
                yield slice_cells(masks, params.grid)

        patterns, grids = find_patterns(batches(), params.grid)
    write_cells(cells, patterns, zip(ids.tolist(), chain.from_iterable(grids), strict=True))
    total, inked = patterns.counts.sum(), patterns.counts[1:].sum()
    print(f"  {total} cells, {inked} inked, {len(patterns.counts) - 1} distinct patterns")
