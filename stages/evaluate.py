"""Test fonts -> metrics, plots, error analysis. The only stage that reads the test split."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, Field

from rasm.decoding.fonts import read_fonts
from rasm.fonts.inventory import arabic_inventory
from rasm.labels.homoglyphs import read_shape_file
from rasm.metrics.cells import score_cells
from rasm.metrics.classes import balanced_accuracy
from rasm.metrics.intervals import IntervalParams
from rasm.metrics.labels import answer, ask, reading_of, score, score_intervals, score_lead
from rasm.metrics.outliers import group_means, score_detectors, score_outlier_rule
from rasm.metrics.trust import score_probabilities, score_trust
from rasm.nets.compute import Compute
from rasm.nets.device import machine_of, make_fabric
from rasm.nets.raster_cnn import RasterCNN
from rasm.nets.weights import load_network
from rasm.primitives.vocabulary import load_primitives
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack
from rasm.reading.cells import read_cells
from rasm.reading.features import see
from rasm.reading.logits import GlyphFiles, RecogniserFolders, logits_of_all
from rasm.report.breakdown import shape_name, write_tables
from rasm.report.cell_tables import write_cell_tables
from rasm.report.class_tables import ClassAnswers, write_class_tables
from rasm.report.error_analysis import AnalysisParams, Sources, write_analysis
from rasm.report.errors import Errors
from rasm.report.reliability import write_detectors, write_trust_tables
from rasm.report.summary import LEADS_OVER
from rasm.store.json_file import write_json
from rasm.store.label_map import read_label_map
from rasm.store.manifest import read_groups, read_splits
from rasm.store.raster_policy import read_policy
from rasm.store.records import Records
from rasm.trust.calibration import label_probabilities, probabilities, read_trust, with_fusion
from rasm.trust.outliers import read_outlier_rule
from rasm.trust.unknowns import UnknownParams, rare_glyphs, unknown_pictures
from stages.progress import Track


class Params(BaseModel, frozen=True, extra="forbid"):
    """The section evaluate of params.yaml."""

    confusion_pairs: int = Field(ge=1)
    unknowns: UnknownParams
    intervals: IntervalParams
    analysis: AnalysisParams


def main(
    params: Params,
    track: Track,
    *,
    glyphs: GlyphFiles,
    train_ids: Path,
    val_ids: Path,
    test_ids: Path,
    families: Path,
    corpus: Path,
    primitives: Path,
    phase1: Path,
    networks: RecogniserFolders,
    trust: Path,
    metrics: Path,
    plots: Path,
    analysis: Path,
    seed: int,
    compute: dict[str, Any],
) -> None:
    """Ask every recogniser about the test families, once."""
    splits = (train_ids, val_ids, test_ids)
    trained, validated, test = read_splits(glyphs.manifest, glyphs.label_map, *splits)
    asked = test.where(np.isin(test.labels, np.intersect1d(trained.labels, validated.labels)))
    shape_file = read_shape_file(glyphs.homoglyphs)
    shapes = shape_file.shapes
    fabric = make_fabric(Compute.model_validate(compute))

    known = load_primitives(primitives)
    centroids, of_pattern, train_use = known.centroids, known.of_pattern, known.train_use
    read = read_cells(phase1, glyphs.cells, test, of_pattern, fabric)
    write_json(metrics / "phase1.json", score_cells(read, train_use, centroids))
    write_cell_tables(plots / "phase1", read, train_use, centroids, most=params.confusion_pairs)

    with Records(glyphs.rasters) as store:
        policy = RasterPolicy.model_validate(read_policy(store))
        packed = store.stack(asked.glyph_ids)
    labels = list(read_label_map(glyphs.label_map, shape_file.files))
    reading = reading_of(labels, shapes)
    pictures = [row.tobytes() for row in packed]
    questions = ask(asked, pictures, reading, read_groups(families))
    trust_of = read_trust(trust / "trust.json")
    logits = logits_of_all(asked, glyphs, networks, fabric)
    names = [shape_name(members) for members in shape_file.members]
    counts = np.array(shape_file.train_counts)
    fused = with_fusion(logits, trust_of)
    alone = label_probabilities(fused, trust_of, shapes)
    together = read_fonts(alone["fusion"], asked.fonts, trust_of["font"])
    answers = {name: answer(given, reading) for name, given in {**alone, "font": together}.items()}
    for name, given in track(answers.items(), unit="recogniser"):
        result = score(questions, given)
        result |= score_intervals(questions, given, params.intervals, seed)
        if name in LEADS_OVER:
            rival = answers[LEADS_OVER[name]]
            result |= score_lead(questions, given, rival, params.intervals, seed)
        if name in fused:
            about = fused[name], questions.classes, questions.families, trust_of[name], seed
            result |= score_trust(*about)
            write_trust_tables(plots / name, *about)
        elif name == "font":
            weighed = together, asked.labels, questions.families, seed
            result |= score_probabilities(*weighed)
        result["glyphs_not_asked"] = len(test) - len(asked)
        first = given.shape[:, 0]
        result["strict_balanced_accuracy"] = balanced_accuracy(asked.labels, given.strict[:, 0])
        result["shape_balanced_accuracy"] = balanced_accuracy(questions.classes, first)
        write_json(metrics / f"{name}.json", result)
        tables = plots / name
        write_tables(tables, questions, given, counts, names, most=params.confusion_pairs)
        truth, answered = np.array(names)[questions.classes], np.array(names)[first]
        told = ClassAnswers(truth, answered, asked.fonts, questions.families)
        write_class_tables(tables, told)

    strange = unknown_pictures(
        params.unknowns,
        corpus,
        glyphs.rasters,
        rare_glyphs(glyphs.manifest, glyphs.label_map, test_ids),
        asked,
        policy,
        seed,
    )
    network = load_network(networks.baseline, RasterCNN).to(memory_format=torch.channels_last)
    look = partial(see, network, fabric=fabric)
    usual = asked.cues.mean(axis=0, keepdims=True)
    seen = {kind: look(masks, usual) for kind, masks in strange.items()}
    known_ones, rule = look(packed, asked.cues), read_outlier_rule(trust)
    rows = score_detectors(rule.familiar, known_ones, questions.families, seen)
    judged = score_outlier_rule(rule, known_ones, questions.families, seen)
    write_json(metrics / "unknowns.json", {"rule": rule.detector, **group_means(rows), **judged})
    write_detectors(plots / "unknowns", rows)

    errors = Errors(
        questions,
        answers,
        probabilities(logits["phase2"], trust_of["phase2"]),
        unpack(packed),
        labels,
        shape_file.members,
        {item.label: item for item in arabic_inventory()},
    )
    sources = Sources(networks.phase2, glyphs, of_pattern, trained, reading, trust_of["phase2"])
    found = write_analysis(analysis, params.analysis, errors, sources, fabric)
    write_json(metrics / "analysis.json", found)
    write_json(metrics / "machine.json", {"machine": machine_of(fabric)})
