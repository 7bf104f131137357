"""Error analysis of the two-phase recogniser on the test families (seed 001, section 8.4).

Four questions about the glyphs that it takes for another shape: what is taken for what (the page of
confusions), where does the decision rest (heat over the cells), which errors belong together
(clusters), and whose fault are they (noise of phase 1, or composition).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor

from rasm.inputs.examples import grid_examples, plain_grids
from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.labels import Reading, answer
from rasm.metrics.misread import by_misread, compare
from rasm.nets.grid_net import GridNet
from rasm.nets.kinds import build_grid_net
from rasm.nets.weights import load_network
from rasm.primitives.patterns import read_pattern_grids
from rasm.raster.packing import unpack
from rasm.reading.logits import GlyphFiles, predict
from rasm.reading.saliency import legend, saliency
from rasm.report.clusters import CLUSTER_COLUMNS, cluster_errors, describe_clusters
from rasm.report.confusion_page import write_page
from rasm.report.errors import ERROR_TYPES, Errors, evenly
from rasm.report.family_sheets import write_family_sheets
from rasm.report.pictures import Heats, Strip, Tile, glyph, write_strips
from rasm.report.table import write_table
from rasm.store.manifest import Roster
from rasm.store.records import Records
from rasm.trust.calibration import Fitted, probabilities

_CHUNK = 256
_COLUMNS = 8  # of tiles on a sheet


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
    glyphs: GlyphFiles
    of_pattern: NDArray[np.uint16]  # (P,) true primitive of each cell pattern
    trained: Roster
    reading: Reading
    fitted: Fitted  # calibration of phase 2


def write_analysis(
    folder: Path, params: AnalysisParams, errors: Errors, sources: Sources, fabric: Fabric
) -> dict[str, float]:
    """Write the page, the sheets and the tables into the folder. Returns flat metrics."""
    roster = errors.questions.roster
    with Records(sources.glyphs.grids) as store:
        examples = grid_examples(store, roster, fabric.device, plain_grids)
    with Records(sources.glyphs.cells) as store:
        true = sources.of_pattern[read_pattern_grids(store, roster.glyph_ids)].astype(np.int32)
    grids, true_grids = examples.inputs, torch.from_numpy(true).reshape(examples.inputs.shape)
    pairs = errors.pairs[: params.pairs]
    on_page = [row for pair in pairs for row in pair.rows[: params.glyphs].tolist()]
    surest = [int(pair.rows[0]) for pair in pairs]
    right = evenly(errors.right, params.right).tolist()

    model = load_network(sources.phase2, build_grid_net).to(fabric.device)
    with torch.inference_mode(), fabric.autocast():
        logits = predict(model, replace(examples, inputs=true_grids.to(fabric.device)))
        heats = _heats(model, grids, errors, sorted({*on_page, *right}))
        vectors = _vectors(model, grids, errors.wrong)
    given = probabilities(logits.numpy(), sources.fitted)
    answered = answer(sources.reading.shapes.label_scores(given), sources.reading)

    misread = (grids.cpu() != true_grids).sum(dim=(1, 2)).numpy()
    inked = (true_grids != 0).sum(dim=(1, 2)).numpy()
    metrics = compare(errors.questions, errors.answers, answered, misread, inked)
    write_table(
        folder / "misread_cells.csv",
        ("misread_cells", "glyphs", "shape_top1", "true_grid_shape_top1"),
        by_misread(errors.questions, errors.answers, answered, misread),
    )

    types = Counter(errors.types.values())
    metrics |= {f"errors_of_{kind}": types[kind] for kind in ERROR_TYPES}
    clusters = [errors.wrong[rows] for rows in cluster_errors(vectors, params.clusters)]
    table = describe_clusters(errors, clusters)
    write_table(folder / "clusters.csv", CLUSTER_COLUMNS, table)
    write_clusters(folder / "clusters.png", errors, clusters, table, params.members)

    with Records(sources.glyphs.rasters) as store:
        wanted = {shape for pair in pairs for shape in pair.shapes}
        typical = typical_glyphs(store, sources.trained, sources.reading.shapes, wanted)
    key = legend(model)
    write_saliency(folder / "saliency.png", errors, heats, surest, right, key)
    write_family_sheets(folder / "families", errors, "fusion", params.glyphs)
    write_page(folder / "confusions.html", errors, pairs, typical, heats, metrics, key)
    return metrics


def _heats(
    model: GridNet, grids: Tensor, errors: Errors, rows: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """Heat (G, G) of each of these rows, for the answer against its rival."""
    found: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(rows), _CHUNK):
        part = list(rows[start : start + _CHUNK])
        chosen, answered, rival = (
            torch.as_tensor(column[part]).to(grids.device)
            for column in (grids, errors.answered, errors.rival)
        )
        heat = saliency(model, chosen.long(), answered, rival)
        found |= dict(zip(part, heat.cpu().numpy(), strict=True))
    return found


def _vectors(model: GridNet, grids: Tensor, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Glyph vectors (n, F) of these rows."""
    parts = [np.zeros((0, model.head.features), dtype=np.float32)]
    for start in range(0, len(rows), _CHUNK):
        part = grids[rows[start : start + _CHUNK].tolist()]
        parts.append(model.encode(part.long()).float().cpu().numpy())
    return np.concatenate(parts)


def typical_glyphs(
    store: Records, trained: Roster, shapes: ShapeClasses, classes: Iterable[int]
) -> dict[int, NDArray[np.bool_]]:
    """Mask (S, S) of each of these shape classes; a class without training glyphs has none."""
    class_of = shapes.class_of[trained.labels]
    found = {}
    for number in sorted(set(classes)):
        rows = np.flatnonzero(class_of == number)
        if len(rows):
            masks = unpack(store.stack(trained.glyph_ids[rows]))
            found[number] = masks[most_typical(masks)]
    return found


def most_typical(masks: NDArray[np.bool_]) -> int:
    """Index of the mask (N, S, S) nearest to their mean; of equals the first."""
    flat = masks.reshape(len(masks), -1).astype(np.float32)
    return int(((flat - flat.mean(axis=0)) ** 2).sum(axis=1).argmin())


def write_saliency(
    path: Path,
    errors: Errors,
    heats: Heats,
    wrong: Sequence[int],
    right: Sequence[int],
    legend: str,
) -> None:
    """PNG of wrong and right answers with the heat of what decided them."""

    def tile(row: int) -> Tile:
        answered, rival = errors.name(errors.answered[row]), errors.name(errors.rival[row])
        second = "truth" if errors.truth[row] == errors.rival[row] else "next"
        family = str(errors.questions.roster.families[row])
        caption = (f"answer {answered}", f"{second} {rival}", family)
        return Tile(glyph(errors.masks[row], heats[row]), caption)

    strips = [
        Strip("Wrong: the worst confusions, of each the surest error", [tile(r) for r in wrong]),
        Strip("Right: evenly from all right answers", [tile(row) for row in right]),
    ]
    write_strips(path, ["Where the decision rests", legend], strips, _COLUMNS)


def write_clusters(
    path: Path,
    errors: Errors,
    clusters: Sequence[NDArray[np.int64]],
    table: Sequence[Mapping[str, object]],
    most: int,
) -> None:
    """PNG of the most central members of each cluster, under what `table` says of it."""

    def tile(row: int) -> Tile:
        family = str(errors.questions.roster.families[row])
        caption = (errors.label(row), f"-> {errors.name(errors.answered[row])}", family)
        return Tile(glyph(errors.masks[row]), caption)

    strips = [
        Strip(
            f"{about['cluster']}.  {about['glyphs']} glyphs   {about['types']}   |   "
            f"{about['families']}   |   {about['char_classes']}",
            [tile(row) for row in errors.drawings(rows.tolist())[:most]],
        )
        for about, rows in zip(table, clusters, strict=True)
    ]
    write_strips(path, ["Errors that belong together, the most typical first"], strips, _COLUMNS)
