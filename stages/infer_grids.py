"""Cells and phase 1 -> every glyph as a grid of primitives; each pattern is asked once."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from pydantic import BaseModel

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.weights import load_network
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_pattern_grids, read_patterns
from rasm.primitives.vocabulary import load_primitives
from rasm.reading.cells import predict_cells
from rasm.store.records import Records, key_of, write_records
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section infer_grids of params.yaml."""

    source: Literal["phase1", "centroids"]


def main(
    params: Params,
    track: Track,
    *,
    cells: Path,
    primitives: Path,
    phase1: Path,
    grids: Path,
    compute: dict[str, Any],
) -> None:
    """Look up the primitive of every cell. Empty cells are known to be empty and are not asked."""
    with Records(cells) as store:
        patterns = read_patterns(store)
        ids = store.glyph_ids()
        numbered = read_pattern_grids(store, ids)
    of_pattern = load_primitives(primitives).of_pattern
    if params.source == "phase1":
        fabric = make_fabric(Compute.model_validate(compute))
        model = fabric.setup(load_network(phase1, CellCNN))
        with torch.inference_mode():
            bits = torch.from_numpy(as_bits(patterns.cells)).to(fabric.device)
            of_pattern = predict_cells(model, bits).cpu().numpy().astype(np.uint16)
        of_pattern[0] = 0
    rows = track(zip(ids.tolist(), numbered, strict=True), len(ids), "looking up", "glyph")
    write_records(
        grids, ((key_of(glyph), of_pattern[row].astype("<u2").tobytes()) for glyph, row in rows)
    )
