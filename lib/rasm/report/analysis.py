"""Error analysis of the two-phase recogniser on the test families (seed 001, section 8.4).

Four questions about the glyphs that it takes for another shape: what is taken for what (the page of
confusions), where does the decision rest (heat over the cells), which errors belong together
(clusters), and whose fault are they (noise of phase 1, or composition).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor

from rasm.labels.homoglyphs import ShapeClasses
from rasm.nets.grid_backbones import build
from rasm.nets.grid_net import GridNet
from rasm.primitives.patterns import read_grids
from rasm.report.clusters import COLUMNS, cluster_errors, describe
from rasm.report.confusion_page import write_page
from rasm.report.error_sheets import write_clusters, write_evidence
from rasm.report.evidence import evidence, legend
from rasm.report.exemplars import typical_glyphs
from rasm.report.kinds import KINDS
from rasm.report.phase1_noise import by_misread, compare
from rasm.report.recogniser import answer
from rasm.report.study import Study
from rasm.report.table import write_table
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.training.glyph_task import predict
from rasm.training.grid_inputs import grid_examples, noisy_grids
from rasm.training.weights import load_network
from rasm.trust.calibration import Fitted, probabilities

_CHUNK = 256


class AnalysisParams(BaseModel, frozen=True, extra="forbid"):
    """How much the analysis shows."""

    pairs: int = Field(ge=1)
    glyphs: int = Field(ge=1)
    right: int = Field(ge=1)
    clusters: int = Field(ge=2)
    members: int = Field(ge=1)


@dataclass(frozen=True)
class Sources:
    """What the analysis reads besides the answers."""

    phase2: Path
    grids: Path
    cells: Path
    rasters: Path
    of_pattern: NDArray[np.uint16]  # (P,) true primitive of each cell pattern
    trained: Roster
    shapes: ShapeClasses
    fitted: Fitted  # calibration of phase 2


def write_analysis(
    folder: Path, params: AnalysisParams, study: Study, sources: Sources, fabric: Fabric
) -> dict[str, float]:
    """Write the page, the sheets and the tables into the folder. Returns flat metrics."""
    roster = study.questions.roster
    with Records(sources.grids) as store:
        examples = grid_examples(store, roster, fabric.device, noisy_grids(0.0, 0))
    with Records(sources.cells) as store:
        true = sources.of_pattern[read_grids(store, roster.glyph_ids)].astype(np.int32)
    grids, true_grids = examples.inputs, torch.from_numpy(true).reshape(examples.inputs.shape)
    pairs = study.pairs[: params.pairs]
    on_page = [row for pair in pairs for row in pair.rows[: params.glyphs].tolist()]
    surest = [int(pair.rows[0]) for pair in pairs]
    right = evenly(study.right, params.right).tolist()

    model = load_network(sources.phase2, build).to(fabric.device)
    with torch.inference_mode(), fabric.autocast():
        logits = predict(model, replace(examples, inputs=true_grids.to(fabric.device)))
        heats = _heats(model, grids, study, sorted({*on_page, *right}))
        vectors = _vectors(model, grids, study.wrong)
    answered = answer(probabilities(logits.numpy(), sources.fitted), sources.shapes)

    misread = (grids.cpu() != true_grids).sum(dim=(1, 2)).numpy()
    inked = (true_grids != 0).sum(dim=(1, 2)).numpy()
    metrics = compare(study.questions, study.answers, answered, misread, inked)
    write_table(
        folder / "misread_cells.csv",
        ("misread_cells", "glyphs", "shape_top1", "true_grid_shape_top1"),
        by_misread(study.questions, study.answers, answered, misread),
    )

    kinds = Counter(study.kinds.values())
    metrics |= {f"errors_of_{kind}": kinds[kind] for kind in KINDS}
    clusters = [study.wrong[rows] for rows in cluster_errors(vectors, params.clusters)]
    table = describe(study, clusters)
    write_table(folder / "clusters.csv", COLUMNS, table)
    write_clusters(folder / "clusters.png", study, clusters, table, params.members)

    with Records(sources.rasters) as store:
        wanted = {shape for pair in pairs for shape in pair.shapes}
        typical = typical_glyphs(store, sources.trained, sources.shapes, wanted)
    key = legend(model)
    write_evidence(folder / "evidence.png", study, heats, surest, right, key)
    write_page(folder / "confusions.html", study, pairs, typical, heats, metrics, key)
    return metrics


def evenly(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """At most `count` of the rows, from the first to the last at equal steps."""
    places = np.linspace(0, len(rows) - 1, min(count, len(rows)))
    return rows[places.astype(np.int64)]


def _heats(
    model: GridNet, grids: Tensor, study: Study, rows: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Heat (G, G) of each of these rows, for the answer against its rival."""
    found: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(rows), _CHUNK):
        part = list(rows[start : start + _CHUNK])
        chosen, answered, rival = (
            torch.as_tensor(column[part]).to(grids.device)
            for column in (grids, study.answered, study.rival)
        )
        heat = evidence(model, chosen.long(), answered, rival)
        found |= dict(zip(part, heat.cpu().numpy(), strict=True))
    return found


def _vectors(model: GridNet, grids: Tensor, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Glyph vectors (n, F) of these rows."""
    parts = [np.zeros((0, model.head.features), dtype=np.float32)]
    for start in range(0, len(rows), _CHUNK):
        part = grids[rows[start : start + _CHUNK].tolist()]
        parts.append(model.encode(part.long()).float().cpu().numpy())
    return np.concatenate(parts)
