"""Glyph classifiers at work: logits over shape classes.

All trained recognisers are asked about the same glyphs, so that they compare row by row.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rasm.inputs.examples import (
    Examples,
    grid_examples,
    plain_grids,
    plain_rasters,
    raster_examples,
)
from rasm.nets.kinds import build_grid_net
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network
from rasm.store.manifest import Roster
from rasm.store.records import Records

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Logits = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class GlyphFiles:
    """Everything that is known of the glyphs of the font database."""

    rasters: Path
    cells: Path
    grids: Path
    manifest: Path
    label_map: Path
    homoglyphs: Path


@dataclass(frozen=True)
class RecogniserFolders:
    """The trained recognisers of glyphs."""

    phase2: Path
    baseline: Path


def predict(model: nn.Module, examples: Examples, chunk: int = 512) -> Tensor:
    """Logits (N, classes) float32 on the CPU, inputs undisturbed."""
    columns = [examples.inputs] if examples.cues is None else [examples.inputs, examples.cues]
    parts = zip(*(torch.split(column, chunk) for column in columns), strict=True)
    logits = [model(examples.prepare(seen, None), *cues) for seen, *cues in parts]
    return torch.cat([part.float().cpu() for part in logits])


def logits_of_all(
    roster: Roster, glyphs: GlyphFiles, networks: RecogniserFolders, fabric: "Fabric"
) -> Logits:
    """Logits (N, classes) over shape classes, by recogniser.

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
    widths = {name: logits.shape[1] for name, logits in answers.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(f"the recognisers disagree on the classes ({widths}): run `dvc repro`")
    return {name: logits.numpy() for name, logits in answers.items()}
