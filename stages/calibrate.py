"""Validation fonts -> what a probability means: temperatures, fusion, sets, energy limits.

And the scores that choices between runs are made by, as `evaluate` has them of the test families.
"""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

from rasm.decoding.fonts import fit_fonts, read_fonts
from rasm.labels.homoglyphs import read_shape_file
from rasm.metrics.intervals import IntervalParams
from rasm.metrics.labels import answer, ask, reading_of, score, score_intervals
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.reading.logits import GlyphFiles, RecogniserFolders, logits_of_all
from rasm.store.json_file import write_json
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_groups, read_splits
from rasm.store.records import Records
from rasm.trust.calibration import calibrate, label_probabilities, with_fusion, write_trust
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section calibrate of params.yaml."""

    coverage: float = Field(gt=0, lt=1)
    keep_known: float = Field(gt=0, lt=1)
    repeat: float = Field(gt=0, le=1)
    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    glyphs: GlyphFiles,
    val_ids: Path,
    families: Path,
    networks: RecogniserFolders,
    trust: Path,
    metrics: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Fit everything on validation, nothing on test."""
    (roster,) = read_splits(glyphs.manifest, glyphs.label_map, val_ids)
    shape_file = read_shape_file(glyphs.homoglyphs)
    shapes = shape_file.shapes
    fabric = make_fabric(Compute.model_validate(compute))
    logits = logits_of_all(roster, glyphs, networks, fabric)
    truth = np.asarray(shapes.class_of[roster.labels])
    trust_of = calibrate(logits, truth, coverage=params.coverage, keep_known=params.keep_known)
    alone = label_probabilities(with_fusion(logits, trust_of), trust_of, shapes)
    trust_of["font"] = fit_fonts(alone["fusion"], roster.fonts, roster.labels, params.repeat)
    write_trust(trust / "trust.json", trust_of)
    for name, fitted in trust_of.items():
        print(f"  {name}: " + "  ".join(f"{key} {value:.4g}" for key, value in fitted.items()))
    reading = reading_of(list(read_label_map(glyphs.label_map, shape_file.files)), shapes)
    with Records(glyphs.rasters) as store:
        pictures = [row.tobytes() for row in store.stack(roster.glyph_ids)]
    questions = ask(roster, pictures, reading, read_groups(families))
    together = read_fonts(alone["fusion"], roster.fonts, trust_of["font"])
    for name, given in {**alone, "font": together}.items():
        answers = answer(given, reading)
        result = score(questions, answers)
        result |= score_intervals(questions, answers, params.intervals, seed)
        write_json(metrics / f"{name}.json", result)
