"""Glyph classifiers at work: logits over shape classes.

All trained recognisers are asked about the same glyphs, so that they compare row by row.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from torch import Tensor, nn

from rasm.inputs.cells import as_pictures
from rasm.inputs.examples import Examples
from rasm.inputs.grids import grid_examples, plain_grids
from rasm.inputs.rasters import plain_rasters, raster_examples
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.joint import JointRecogniser
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_pattern_grids, read_patterns
from rasm.store.files import GlyphFiles, RecogniserFolders
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.store.sealed import read_sealed

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Logits = dict[str, NDArray[np.float32]]


class JointSwitch(BaseModel, frozen=True, extra="forbid"):
    """joint.json: whether both phases were tuned together."""

    enabled: bool


def predict(model: nn.Module, examples: Examples, chunk: int = 512) -> Tensor:
    """Logits (N, classes) float32 on the CPU, inputs undisturbed."""
    columns = [examples.inputs] if examples.cues is None else [examples.inputs, examples.cues]
    parts = zip(*(torch.split(column, chunk) for column in columns), strict=True)
    logits = [model(examples.prepare(seen, None), *cues) for seen, *cues in parts]
    return torch.cat([part.float().cpu() for part in logits])


def predict_joint(model: nn.Module, grids: Tensor, chunk: int = 256) -> Tensor:
    """Glyph logits (N, classes) float32 on the CPU, of pattern grids (N, G * G)."""
    return torch.cat([model(part)[0].float().cpu() for part in torch.split(grids, chunk)])


def logits_of_all(
    roster: Roster, glyphs: GlyphFiles, networks: RecogniserFolders, fabric: "Fabric"
) -> Logits:
    """Logits (N, classes) over shape classes, by recogniser; `joint` only where it was tuned.

    Raises ValueError when the networks were trained for different shape classes.
    """
    answers: dict[str, Tensor] = {}
    with torch.inference_mode(), fabric.autocast():
        with Records(glyphs.grids) as store:
            examples = grid_examples(store, roster, fabric.device, plain_grids)
        network = load_network(networks.phase2, build_grid_net).to(fabric.device)
        answers["phase2"] = predict(network, examples)
        with Records(glyphs.rasters) as store:
            model = load_network(networks.baseline, RasterCNN).to(memory_format=torch.channels_last)
            prepare = plain_rasters(model.channels)
            examples = raster_examples(store, roster, fabric.device, prepare)
        answers["baseline"] = predict(model.to(fabric.device), examples)
        if read_sealed(networks.joint / "joint.json", JointSwitch).enabled:
            answers["joint"] = _ask_joint(roster, glyphs.cells, networks.joint, fabric)
    widths = {name: logits.shape[1] for name, logits in answers.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(f"the recognisers disagree on the classes ({widths}): run `dvc repro`")
    return {name: logits.numpy() for name, logits in answers.items()}


def _ask_joint(roster: Roster, cells: Path, joint: Path, fabric: "Fabric") -> Tensor:
    with Records(cells) as store:
        pictures = as_pictures(torch.from_numpy(as_bits(read_patterns(store).cells)))
        grids = read_pattern_grids(store, roster.glyph_ids).astype(np.int64)
    model = JointRecogniser(
        load_network(joint / "phase1", CellCNN),
        load_network(joint / "phase2", build_grid_net),
        pictures,
    ).to(fabric.device)
    return predict_joint(model, torch.from_numpy(grids).to(fabric.device))
