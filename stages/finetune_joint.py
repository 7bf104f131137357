"""Phase 1 and phase 2 -> both tuned together on the glyph, when params ask for it."""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from pydantic import Field

from rasm.inputs.cells import as_pictures
from rasm.labels.homoglyphs import read_shape_file
from rasm.nets.cell_cnn import CellCNN
from rasm.nets.joint import JointRecogniser
from rasm.nets.kinds import build_grid_net
from rasm.nets.weights import load_network, read_card
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_pattern_grids, read_patterns
from rasm.primitives.primitives_folder import load_primitives
from rasm.store.manifest import read_splits
from rasm.store.records import Records
from rasm.store.sealed import write_sealed
from rasm.training.joint import joint_task, unfreeze
from rasm.training.run import Run, write_curves
from rasm.training.task import FitParams


class Params(FitParams, frozen=True, extra="forbid"):
    """The section finetune_joint of params.yaml."""

    enabled: bool
    unfreeze: Literal["final", "all"]
    cell_loss_weight: float = Field(ge=0)


def main(
    params: Params,
    run: Run,
    *,
    cells: Path,
    primitives: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    phase1: Path,
    phase2: Path,
    checkpoint: Path,
) -> None:
    """Fine-tune through the hard choice of primitives (seed 001, section 7.4)."""
    if not params.enabled:
        checkpoint.mkdir(parents=True, exist_ok=True)
        write_sealed(checkpoint / "joint.json", {"enabled": False})
        write_curves(run.curves, [])
        print("  off: finetune_joint.enabled is false")
        return
    shapes = read_shape_file(homoglyphs).shapes
    device = run.fabric.device
    rosters = read_splits(manifest, label_map, train_ids, val_ids)
    with Records(cells) as store:
        pictures = as_pictures(torch.from_numpy(as_bits(read_patterns(store).cells)))
        train, val = (
            (
                torch.from_numpy(read_pattern_grids(store, r.glyph_ids).astype(np.int64)).to(
                    device
                ),
                r.labels,
            )
            for r in rosters
        )
    of_pattern = load_primitives(primitives).of_pattern.astype(np.int64)
    cards = [read_card(folder) for folder in (phase1, phase2)]
    cell_network = load_network(phase1, CellCNN)
    glyph_network = load_network(phase2, build_grid_net)
    unfreeze(cell_network, params.unfreeze)
    model = JointRecogniser(cell_network, glyph_network, pictures)
    task = joint_task(
        train,
        val,
        torch.from_numpy(of_pattern).to(device),
        shapes,
        batch_size=params.batch_size,
        cell_loss_weight=params.cell_loss_weight,
    )
    run.fit(model, task)
    write_sealed(checkpoint / "joint.json", {"enabled": True})
    tuned = zip(("phase1", "phase2"), (cell_network, glyph_network), cards, strict=True)
    run.save({checkpoint / name: (network, card) for name, network, card in tuned})
