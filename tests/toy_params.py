"""Parameters with which the whole pipeline takes a minute or two, on a few real fonts."""

from pathlib import Path
from typing import Any

import yaml

TOY: dict[str, Any] = {
    "import_fonts.weights": "regular",
    "import_fonts.families": [
        *("tajawal", "baloo-bhaijaan-2"),  # pinned to test
        *("vazirmatn", "marhey"),  # pinned to val
        *("alexandria", "almarai", "cairo", "el-messiri", "playpen-sans-arabic"),
    ],
    "filter_labels.drop_shaped": True,
    "cluster_primitives.vocabulary": 64,
    "cluster_primitives.iterations": 3,
    "train_phase1.epochs": 2,
    "train_phase1.cells_per_epoch": 32768,
    "train_phase1.batch_size": 256,
    "train_phase2.epochs": 5,
    "train_phase2.batch_size": 16,
    "train_phase2.backbone.cnn.width": 32,
    "train_baseline.epochs": 5,
    "train_baseline.batch_size": 16,
    "train_baseline.channels": ["ink", "distance", "skeleton"],
    "train_baseline.width": 8,
    "import_scripts.packages": [
        *(
            f"noto-{style}-{script}"
            for style in ("sans", "serif")
            for script in ("armenian", "georgian")
        ),
        *("noto-sans-old-north-arabian", "noto-sans-thai", "noto-sans-cherokee", "caveat"),
    ],
    "calibrate.shown": ["Geor"],
    "calibrate.unknowns.near": ["Thai"],
    "calibrate.unknowns.far": ["Cher"],
    "calibrate.unknowns.most": 30,
    "evaluate.unknowns.near": ["Armn"],
    "evaluate.unknowns.far": ["Latn"],
    "evaluate.unknowns.most": 30,
    "evaluate.analysis.pairs": 4,
    "evaluate.analysis.right": 2,
    "evaluate.analysis.clusters": 3,
    "import_scripts.val": ["Geor"],
    "import_scripts.test": ["Armn"],
    "corpora.world.train_embedder.epochs": 2,
    "train_embedder.steps_per_epoch": 40,
    "train_embedder.batch_size": 64,
    "train_embedder.backbone.small.width": 12,
    "evaluate_corpus.test.scripts.per_script": 5,
    "build_index.pairs.worn.queries": 58,
    "build_index.pairs.count": 100,
    "evaluate_corpus.test.scripts.pairs": 100,
    "evaluate_corpus.test.scripts.queries": 20,
    "evaluate_corpus.test.letters.queries": 58,
    "evaluate_corpus.test.letters.pairs": 100,
    # In some seconds one level of wear is learnt, and hardly two; and a ranker of some seconds goes
    # by how far faded letters are from ideals, which stretching would hide.
    "train_embedder.views.letters.stretch": False,
    "train_embedder.views.letters.levels": ["seed"],
    "train_embedder.chosen_by.letters.levels": ["seed"],
    "train_embedder.chosen_by.letters.queries": 58,
    "train_embedder.chosen_by.letters.pairs": 100,
    "corpora.arabic.train_embedder.epochs": 2,
    "corpora.arabic.train_embedder.steps_per_epoch": 40,
    "corpora.arabic.train_embedder.batch_size": 64,
    "import_signs.packages": ["arimo", "cousine", "tinos", "lora", "bellefair"],
    "train_signs.epochs": 3,
    "train_signs.steps_per_epoch": 200,
    "train_signs.batch_size": 128,
    "train_signs.packages": 2,
    "train_signs.hidden": 64,
    "evaluate_signs.intervals.resamples": 100,
    "train_ranker.epochs": 4,
    "train_ranker.steps_per_epoch": 30,
    "train_ranker.letters.most": 10,
    "train_ranker.ladders.steps": 4,
    "train_ranker.ladders.views": 2,
    "train_ranker.read.queries": 60,
    "evaluate_ranker.views": 2,
    "evaluate_ranker.queries": 58,
    "evaluate_ranker.intervals.resamples": 100,
    "corpora.safaitic.train_embedder.epochs": 5,
    "corpora.safaitic.train_embedder.steps_per_epoch": 20,
    "corpora.safaitic.train_embedder.batch_size": 29,
}


DIGITS: dict[str, Any] = {
    "import_folder": {"minimum_size": 32, "size": 32},
    "train_embedder": {
        "chosen_by": {"kind": "retrieval"},
        "epochs": 2,
        "steps_per_epoch": 40,
        "batch_size": 64,
        "lr": 0.004,
        "views": {
            "kind": "photos",
            "photos": {
                "size": 32,
                "flip": 0.0,
                "rotate_degrees": 10,
                "fill": 255,
                "saturation": 0.0,
                "hue": 0.0,
                "strength": "minimal",
            },
        },
    },
    "build_index": {},
    "evaluate_corpus": {"test": {"kind": "retrieval"}},
}
"""A folder of handwritten digits as a further corpus, as README.md shows it."""


def add_folder(path: Path, name: str, folder: str, changes: dict[str, Any]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["folders"][name] = folder
    content["corpora"][name] = changes
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def set_params(path: Path, values: dict[str, Any]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in values.items():
        *sections, name = key.split(".")
        place = content
        for section in sections:
            place = place[section]
        assert name in place, f"params.yaml has no key '{key}'"
        place[name] = value
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
