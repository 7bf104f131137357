"""Test fonts -> metrics, tables for plots. The only stage that reads the test split."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.cell_cnn import CellCNN
from rasm.primitives.assignment import as_bits
from rasm.primitives.patterns import read_grids, read_patterns
from rasm.report.breakdown import shape_name, write_tables
from rasm.report.cells import score_cells
from rasm.report.recogniser import answer, ask, score
from rasm.report.trust import score_trust
from rasm.store.json_file import read_json, write_json
from rasm.store.manifest import Roster, read_splits
from rasm.store.records import Records
from rasm.training.device import Compute, make_fabric
from rasm.training.phase1 import predict_cells
from rasm.training.recognisers import logits_of_all
from rasm.training.weights import load_weights, read_card
from rasm.trust.calibration import probabilities, with_fusion
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate of params.yaml."""

    confusion_pairs: int = Field(ge=1)


def main(
    params: Params,
    track: Track,
    *,
    rasters: Path,
    cells: Path,
    grids: Path,
    manifest: Path,
    label_map: Path,
    homoglyphs: Path,
    train_ids: Path,
    val_ids: Path,
    test_ids: Path,
    primitives: Path,
    phase1: Path,
    phase2: Path,
    baseline: Path,
    joint: Path,
    trust: Path,
    metrics: Path,
    plots: Path,
    compute: dict[str, Any],
) -> None:
    """Ask every recogniser about the test families, once."""
    trained, validated, test = read_splits(manifest, label_map, train_ids, val_ids, test_ids)
    asked = test.where(np.isin(test.labels, np.intersect1d(trained.labels, validated.labels)))
    content = read_json(homoglyphs)
    shapes = ShapeClasses.of(content)
    fabric = make_fabric(Compute.model_validate(compute))

    network = load_weights(phase1, CellCNN(**read_card(phase1)["architecture"])).to(fabric.device)
    of_pattern = np.load(primitives / "primitive_of_pattern.npy")
    train_use = np.array(read_json(primitives / "primitives.json")["train_use"])
    with torch.inference_mode(), fabric.autocast():
        cell_metrics = _phase1(network, cells, test, of_pattern, train_use, fabric.device)
    write_json(metrics / "phase1.json", cell_metrics)

    with Records(rasters) as store:
        pictures = [row.tobytes() for row in store.stack(asked.glyph_ids)]
    questions = ask(asked, pictures, shapes)
    trust_of = read_json(trust / "trust.json")
    logits = logits_of_all(
        asked, rasters, cells, grids, phase2=phase2, baseline=baseline, joint=joint, fabric=fabric
    )
    names = [shape_name(members) for members in content["members"]]
    counts = np.array(content["train_counts"])
    for name, given in track(with_fusion(logits, trust_of).items(), unit="recogniser"):
        answers = answer(probabilities(given, trust_of[name]), shapes)
        result = score(questions, answers) | score_trust(given, questions.classes, trust_of[name])
        result["glyphs_not_asked"] = len(test) - len(asked)
        write_json(metrics / f"{name}.json", result)
        write_tables(plots / name, questions, answers, counts, names, most=params.confusion_pairs)


def _phase1(
    model: torch.nn.Module,
    cells: Path,
    test: Roster,
    of_pattern: NDArray[np.uint16],
    train_use: NDArray[np.int64],
    device: torch.device,
) -> dict[str, float]:
    """Cell accuracy over all cells of the test glyphs."""
    with Records(cells) as store:
        patterns = read_patterns(store)
        use = np.bincount(read_grids(store, test.glyph_ids).ravel(), minlength=len(of_pattern))
    seen = use > 0
    bits = torch.from_numpy(as_bits(patterns.cells[seen])).to(device)
    predicted = predict_cells(model, bits).cpu().numpy()
    return score_cells(predicted, of_pattern[seen].astype(np.int64), use[seen], train_use)
