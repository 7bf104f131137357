"""What reruns when: the DAG as sets of stages, and the stages that read each parameter."""

from typing import Any

REPORTS = {"calibrate", "evaluate"}
CORPORA = ("arabic", "world", "safaitic")


def of_corpus(corpus: str) -> set[str]:
    """The stages that run once for each corpus."""
    return {f"{stage}@{corpus}" for stage in ("train_embedder", "build_index", "evaluate_corpus")}


# What runs after a stage whose output changed: the DAG, closed.
ARABIC = {"import_glyphs"} | of_corpus("arabic")
AFTER_GRIDS = {"train_phase2", "finetune_joint"} | REPORTS
AFTER_PRIMITIVES = {"train_phase1", "infer_grids"} | AFTER_GRIDS
AFTER_RASTERS = {
    "find_homoglyphs",
    "slice_cells",
    "cluster_primitives",
    "train_baseline",
    *AFTER_PRIMITIVES,
    *ARABIC,
}
DOWNSTREAM = {
    "import_fonts": {"filter_labels", "rasterize"} | AFTER_RASTERS,
    "filter_labels": {"rasterize"} | AFTER_RASTERS,
    "rasterize": AFTER_RASTERS,
    "find_homoglyphs": AFTER_GRIDS | {"train_baseline"} | ARABIC,
    "slice_cells": {"cluster_primitives"} | AFTER_PRIMITIVES,
    "cluster_primitives": AFTER_PRIMITIVES,
    "mark_checkout": {"train_baseline"}.union(AFTER_PRIMITIVES, *map(of_corpus, CORPORA)),
    "train_phase1": {"infer_grids"} | AFTER_GRIDS,
    "infer_grids": AFTER_GRIDS,
    "train_phase2": {"finetune_joint"} | REPORTS,
    "train_baseline": REPORTS,
    "finetune_joint": REPORTS,
    "calibrate": {"evaluate"},
    "evaluate": set(),
    "import_glyphs": of_corpus("arabic"),
    "import_scripts": of_corpus("world"),
    "import_letters": of_corpus("safaitic"),
    **{f"train_embedder@{c}": of_corpus(c) - {f"train_embedder@{c}"} for c in CORPORA},
    **{f"build_index@{c}": {f"evaluate_corpus@{c}"} for c in CORPORA},
    **{f"evaluate_corpus@{c}": set() for c in CORPORA},
}

# key of params.yaml = another value -> the stages that read it
TABLE: list[tuple[str, Any, set[str]]] = [
    ("import_fonts.weights", "all", {"import_fonts"}),
    ("import_fonts.families", ["amiri"], {"import_fonts"}),
    ("filter_labels.min_count", 6, {"filter_labels"}),
    ("filter_labels.drop_shaped", True, {"filter_labels"}),
    ("filter_labels.shares.train", 0.7, {"filter_labels"}),
    ("filter_labels.evaluate_weights", "all", {"filter_labels"}),
    ("rasterize.size", 64, {"rasterize"}),
    ("rasterize.fill", "even_odd", {"rasterize"}),
    ("rasterize.anchor", "center", {"rasterize"}),
    ("find_homoglyphs.min_share", 0.75, {"find_homoglyphs"}),
    ("slice_cells.grid", 8, {"slice_cells"}),
    ("cluster_primitives.vocabulary", 512, {"cluster_primitives"}),
    ("train_phase1.epochs", 999, {"train_phase1"}),
    ("train_phase1.augment.translate_px", 1, {"train_phase1"}),
    ("train_phase1.objective", "contrastive", {"train_phase1"}),
    ("infer_grids.source", "centroids", {"infer_grids"}),
    ("train_phase2.epochs", 999, {"train_phase2"}),
    ("train_phase2.token_noise", 0.5, {"train_phase2"}),
    ("train_phase2.schedule", "plateau", {"train_phase2"}),
    ("train_phase2.margin.kind", "arcface", {"train_phase2"}),
    ("train_phase2.size_cues", True, {"train_phase2"}),
    ("train_baseline.epochs", 999, {"train_baseline"}),
    ("train_baseline.channels", ["ink", "distance"], {"train_baseline"}),
    ("finetune_joint.enabled", True, {"finetune_joint"}),
    ("calibrate.coverage", 0.5, {"calibrate"}),
    ("evaluate.confusion_pairs", 999, {"evaluate"}),
    ("evaluate.analysis.pairs", 999, {"evaluate"}),
    (
        "compute.precision",
        "32-true",
        AFTER_PRIMITIVES.union({"train_baseline"}, *map(of_corpus, CORPORA)),
    ),
    ("import_scripts.picture", 64, {"import_scripts"}),
    ("import_scripts.test", ["Ethi"], {"import_scripts"}),
    ("import_letters.margin", 0.2, {"import_letters"}),
    # Nobody's folder is in the default pipeline.
    ("import_folder.size", 64, set()),
    ("train_embedder.epochs", 999, {f"train_embedder@{corpus}" for corpus in CORPORA}),
    ("corpora.world.train_embedder", {"epochs": 3}, {"train_embedder@world"}),
    ("corpora.world.build_index", {"kind": "hnsw"}, {"build_index@world"}),
    ("corpora.safaitic.train_embedder.epochs", 9, {"train_embedder@safaitic"}),
    ("build_index.kind", "hnsw", {f"build_index@{corpus}" for corpus in CORPORA}),
    ("evaluate_corpus.letters.pairs", 5, {f"evaluate_corpus@{corpus}" for corpus in CORPORA}),
]
