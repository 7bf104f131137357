"""All trained recognisers asked about the same glyphs, so that they compare row by row."""

from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from rasm.nets.cell_cnn import CellCNN
from rasm.nets.grid_backbones import build
from rasm.nets.joint import JointRecogniser
from rasm.nets.raster_cnn import RasterCNN
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_grids, read_patterns
from rasm.store.json_file import read_json
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.cell_reading import as_pictures
from rasm.training.glyph_task import predict
from rasm.training.grid_inputs import grid_examples, noisy_grids
from rasm.training.joint import predict_joint
from rasm.training.raster_inputs import plain_rasters, raster_examples
from rasm.training.weights import load_network

Logits = dict[str, NDArray[np.float32]]


def logits_of_all(
    roster: Roster,
    rasters: Path,
    cells: Path,
    grids: Path,
    *,
    phase2: Path,
    baseline: Path,
    joint: Path,
    fabric: Fabric,
) -> Logits:
    """Logits (N, classes) over shape classes, by recogniser; `joint` only where it was tuned.

    Raises ValueError when the networks were trained for different shape classes.
    """
    answers: dict[str, Tensor] = {}
    with torch.inference_mode(), fabric.autocast():
        with Records(grids) as store:
            examples = grid_examples(store, roster, fabric.device, noisy_grids(0.0, 0))
        answers["phase2"] = predict(load_network(phase2, build).to(fabric.device), examples)
        with Records(rasters) as store:
            model = load_network(baseline, RasterCNN).to(memory_format=torch.channels_last)
            prepare = plain_rasters(model.channels)
            examples = raster_examples(store, roster, fabric.device, prepare)
        answers["baseline"] = predict(model.to(fabric.device), examples)
        if read_json(joint / "joint.json")["enabled"]:
            answers["joint"] = _ask_joint(roster, cells, joint, fabric)
    widths = {name: logits.shape[1] for name, logits in answers.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(f"the recognisers disagree on the classes ({widths}): run `dvc repro`")
    return {name: logits.numpy() for name, logits in answers.items()}


def _ask_joint(roster: Roster, cells: Path, joint: Path, fabric: Fabric) -> Tensor:
    with Records(cells) as store:
        pictures = as_pictures(torch.from_numpy(as_bits(read_patterns(store).cells)))
        grids = read_grids(store, roster.glyph_ids).astype(np.int64)
    model = JointRecogniser(
        load_network(joint / "phase1", CellCNN),
        load_network(joint / "phase2", build),
        pictures,
    ).to(fabric.device)
    return predict_joint(model, torch.from_numpy(grids).to(fabric.device))
