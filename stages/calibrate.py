"""Validation fonts -> what a probability means: scaling, fusion, sets, limits of what is known.

And the scores that choices between runs are made by, as `evaluate` has them of the test families.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, Field

from rasm.decoding.fonts import fit_fonts, read_fonts
from rasm.labels.homoglyphs import read_shape_file
from rasm.metrics.intervals import IntervalParams
from rasm.metrics.labels import answer, ask, reading_of, score, score_intervals
from rasm.metrics.outliers import (
    best_detector,
    group_means,
    score_detectors,
    score_outlier_rule,
)
from rasm.nets.compute import Compute
from rasm.nets.device import make_fabric
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network
from rasm.raster.glyph import RasterPolicy
from rasm.reading.features import see
from rasm.reading.logits import GlyphFiles, RecogniserFolders, logits_of_all
from rasm.store.json_file import write_json
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_groups, read_splits
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from rasm.trust.calibration import calibrate, label_probabilities, with_fusion, write_trust
from rasm.trust.conformal import SetParams
from rasm.trust.families import family_weights
from rasm.trust.outliers import (
    OutlierRule,
    fit_outlier_limit,
    learn_familiar,
    write_outlier_rule,
)
from rasm.trust.unknowns import UnknownParams, rare_glyphs, script_pictures, unknown_pictures
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section calibrate of params.yaml."""

    vector_decay: float = Field(gt=0)
    sets: SetParams
    keep_known: float = Field(gt=0, lt=1)
    familiar: int = Field(ge=1)
    shown: tuple[str, ...]
    unknowns: UnknownParams
    repeat: float = Field(gt=0, le=1)
    intervals: IntervalParams


def main(
    params: Params,
    track: Track,
    *,
    glyphs: GlyphFiles,
    train_ids: Path,
    val_ids: Path,
    families: Path,
    corpus: Path,
    networks: RecogniserFolders,
    trust: Path,
    metrics: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Fit everything on validation, nothing on test."""
    trained, roster = read_splits(glyphs.manifest, glyphs.label_map, train_ids, val_ids)
    shape_file = read_shape_file(glyphs.homoglyphs)
    shapes = shape_file.shapes
    fabric = make_fabric(Compute.model_validate(compute))
    logits = logits_of_all(roster, glyphs, networks, fabric)
    truth = np.asarray(shapes.class_of[roster.labels])
    group_of = read_groups(families)
    asked = np.array([group_of[name] for name in roster.families.tolist()], dtype=np.str_)
    found = calibrate(logits, truth, asked, decay=params.vector_decay, sets=params.sets, seed=seed)
    trust_of = found.fitted
    alone = label_probabilities(with_fusion(logits, trust_of), trust_of, shapes)
    trust_of["font"] = fit_fonts(
        alone["fusion"], roster.fonts, roster.labels, params.repeat, family_weights(asked)
    )
    write_trust(trust / "trust.json", trust_of)
    for name, likelihoods in found.left_out.items():
        said = "  ".join(f"{kind} {value:.4f}" for kind, value in likelihoods.items())
        rules = "  ".join(f"{rule['score']} {rule['coverage']}" for rule in trust_of[name]["sets"])
        print(f"  {name}: likelihood of families left out: {said}; sets: {rules}")
    reading = reading_of(list(read_label_map(glyphs.label_map, shape_file.files)), shapes)
    with Records(glyphs.rasters) as store:
        policy = RasterPolicy.model_validate(read_policy(store))
        pictures = [row.tobytes() for row in store.stack(roster.glyph_ids)]
    questions = ask(roster, pictures, reading, group_of)
    together = read_fonts(alone["fusion"], roster.fonts, trust_of["font"])
    for name, given in {**alone, "font": together}.items():
        answers = answer(given, reading)
        result = score(questions, answers)
        result |= score_intervals(questions, answers, params.intervals, seed)
        write_json(metrics / f"{name}.json", result)

    strange = (
        script_pictures(corpus, params.shown, params.unknowns.most, policy, seed),
        unknown_pictures(
            params.unknowns,
            corpus,
            glyphs.rasters,
            rare_glyphs(glyphs.manifest, glyphs.label_map, val_ids),
            roster,
            policy,
            seed,
        ),
    )
    network = load_network(networks.baseline, RasterCNN).to(memory_format=torch.channels_last)
    some = np.random.default_rng(seed).permutation(len(trained)) < params.familiar
    with Records(glyphs.rasters) as store:
        known, validated = (
            see(network, store.stack(part.glyph_ids), part.cues, fabric)
            for part in (trained.where(some), roster)
        )
    usual = roster.cues.mean(axis=0, keepdims=True)
    shown, unknown = (
        {kind: see(network, masks, usual, fabric) for kind, masks in pictures_of.items()}
        for pictures_of in strange
    )
    classes = shapes.class_of[trained.labels[some]]
    familiar = learn_familiar(known, classes, list(shown.values()), seed)
    rows = score_detectors(familiar, validated, asked, unknown)
    detector = best_detector(rows)
    limit = fit_outlier_limit(familiar.scores(detector, validated), asked, params.keep_known)
    rule = OutlierRule(familiar, detector, limit)
    write_outlier_rule(trust, rule)
    result = group_means(rows) | score_outlier_rule(rule, validated, asked, unknown)
    write_json(metrics / "unknowns.json", result)
    print(f"  no known glyph: by {detector}, above {limit:.4g}")
