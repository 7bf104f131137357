"""Every switch of params.yaml with its other values, so that no value is first tried by a user.

A fault mostly comes from one value or from two together, so each pair of values of two switches of
a stage is in some run (pairwise testing), and no more runs are made than that takes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

Values = Mapping[str, Sequence[Any]]
Chosen = dict[str, Any]

SCHEDULE = ["cosine", "constant", "plateau"]
MARGIN = ["none", "arcface", "cosface"]

# run -> key of its section -> all values
SWITCHES: dict[str, Values] = {
    "filter_labels": {"evaluate_weights": ["regular", "all"], "split.kind": ["pinned", "fold"]},
    "rasterize": {
        "fill": ["winding", "even_odd", "orientation"],
        "anchor": ["top_left", "center"],
    },
    "train_phase1": {
        "objective.kind": ["cross_entropy", "contrastive"],
        "schedule.kind": [*SCHEDULE, "warm_restarts"],
        "class_weighting": [0, 0.5],
    },
    "infer_grids": {"source": ["phase1", "centroids"]},
    "train_phase2": {
        "backbone.kind": ["cnn", "transformer"],
        "embedding_start": ["centroids", "random"],
        "margin.kind": MARGIN,
        "size_cues": [False, True],
        "aux_weight": [0.0, 0.1],
        "schedule.kind": SCHEDULE,
        "backbone.transformer.position": ["learned", "sinusoidal"],
        "backbone.transformer.pooling": ["cls", "mean"],
    },
    "train_baseline": {
        "channels": [["ink"], ["ink", "skeleton", "distance"]],
        "margin.kind": MARGIN,
        "size_cues": [False, True],
        "aux_weight": [0.0, 0.1],
    },
    "train_embedder@world": {
        "loss.kind": [
            *("softmax", "arcface", "subcenter_arcface", "proxy_anchor"),
            *("contrastive", "triplet", "multi_similarity"),
        ],
        "backbone.kind": ["small", "torchvision"],
        "head.kind": ["linear", "mlp"],
        "neck": [True, False],
    },
    "train_embedder@safaitic": {
        "loss.kind": ["softmax", "siamese"],
        "chosen_by.kind": ["letters"],
        "views.letters.stretch": [False, True],
    },
    "train_ranker@safaitic": {
        "features.embedding": [False, True],
        "features.quality": [True, False],
        "layer_norm": [False, True],
        "optimizer.kind": ["adamw", "muon"],
        "schedule.kind": SCHEDULE,
    },
    "train_signs": {"optimizer.kind": ["adamw", "muon"], "schedule.kind": SCHEDULE},
    "train_embedder@digits": {
        "views.photos.strength": ["minimal", "heavy", "auto"],
        "views.photos.mix": [False, True],
    },
    "build_index@digits": {
        "index.kind": ["flat", "int8", "hnsw", "ivf_pq"],
        "exemplars": [0, 2],
        "index.metric": ["l2", "ip"],
        "prototypes": [False, True],
    },
}
# What makes these runs short, and what some values need.
SHORT: dict[str, Chosen] = {
    "train_phase1": {"epochs": 1, "cells_per_epoch": 2048, "batch_size": 512},
    "train_phase2": {
        **{"epochs": 1, "batch_size": 128, "backbone.cnn.width": 8, "augment.share": 0.1},
        **{f"backbone.transformer.{k}": v for k, v in [("layers", 1), ("width", 32), ("mlp", 32)]},
    },
    "train_baseline": {"epochs": 1, "batch_size": 128, "width": 4, "augment.share": 0.1},
    "train_embedder@world": {
        **{"epochs": 1, "steps_per_epoch": 2, "batch_size": 16, "per_class": 2},
        **{"backbone.small.width": 4, "backbone.torchvision.name": "mobilenet_v3_small"},
        **{"chosen_by.scripts.per_script": 1},
    },
    "train_embedder@safaitic": {"epochs": 1, "steps_per_epoch": 2, "batch_size": 16},
    "train_embedder@digits": {"epochs": 1, "steps_per_epoch": 2, "batch_size": 16},
    "train_signs": {"epochs": 1, "steps_per_epoch": 2, "batch_size": 16},
    "train_ranker@safaitic": {
        **{"epochs": 1, "steps_per_epoch": 2, "ladders.steps": 2, "ladders.views": 1},
        **{"letters.most": 4, "read.queries": 4},
    },
    "build_index@digits": {"index.ivf_pq.cells": 2, "index.ivf_pq.bits": 4},
}


def pairwise(values: Values) -> Iterator[Chosen]:
    """Choices of a value of each key, in which any two values of two keys meet at least once.

    >>> [tuple(c.values()) for c in pairwise({"a": [1, 2], "b": [3, 4], "c": [5]})]
    [(1, 3, 5), (1, 4, 5), (2, 3, 5), (2, 4, 5)]
    """
    keys = sorted(values, key=lambda key: -len(values[key]))
    waiting = {
        ((one, i), (two, j))
        for one, two in combinations(keys, 2)
        for i, j in product(range(len(values[one])), range(len(values[two])))
    } or {((key, i), (key, i)) for key in keys for i in range(len(values[key]))}
    while waiting:
        chosen: dict[str, int] = dict(min(waiting))
        for key in keys:
            if key not in chosen:
                chosen[key] = max(
                    range(len(values[key])),
                    key=lambda i, k=key: (sum(_meets(p, {**chosen, k: i}) for p in waiting), -i),
                )
        waiting = {pair for pair in waiting if not _meets(pair, chosen)}
        yield {key: values[key][chosen[key]] for key in values}


def _meets(pair: tuple[tuple[str, int], tuple[str, int]], chosen: Mapping[str, int]) -> bool:
    return all(chosen.get(key) == value for key, value in pair)
