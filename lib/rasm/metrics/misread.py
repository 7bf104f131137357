"""Whose fault is an error: the cells that phase 1 misread, or what phase 2 made of them?

The same glyphs are asked twice, with the primitives that phase 1 predicts and with the true ones,
the nearest centroids. An error that vanishes with true primitives was noise of phase 1; one that
stays is composition: phase 2 saw the right cells and put them together wrongly.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.labels import Answers, Questions, top_k

_BUCKETS = (1, 2, 4, 8, 16)  # misread cells a glyph


def compare(
    questions: Questions,
    answers: Answers,
    with_true_grids: Answers,
    misread: NDArray[np.int64],
    inked: NDArray[np.int64],
) -> dict[str, float]:
    """Flat metrics of N glyphs with `misread` (N,) of their `inked` (N,) cells.

    An error is a wrong shape. `*_of_wrong` and `*_of_right` are means over the glyphs that are
    wrong and right with predicted grids.
    """
    right = answers.shape[:, 0] == questions.classes
    right_with_true = with_true_grids.shape[:, 0] == questions.classes
    share = misread / np.maximum(inked, 1)
    metrics = {
        "glyphs": len(right),
        "errors": int((~right).sum()),
        "errors_mended_by_true_grid": int((~right & right_with_true).sum()),
        "errors_made_by_true_grid": int((right & ~right_with_true).sum()),
        "errors_left_by_true_grid": int((~right & ~right_with_true).sum()),
        "strict_top1": top_k(answers.strict, questions.roster.labels, 1),
        "shape_top1": top_k(answers.shape, questions.classes, 1),
        "true_grid_strict_top1": top_k(with_true_grids.strict, questions.roster.labels, 1),
        "true_grid_shape_top1": top_k(with_true_grids.shape, questions.classes, 1),
    }
    for name, rows in (("wrong", ~right), ("right", right)):
        if rows.any():
            metrics[f"misread_cells_of_{name}"] = float(misread[rows].mean())
            metrics[f"misread_share_of_{name}"] = float(share[rows].mean())
    return metrics


def by_misread(
    questions: Questions,
    answers: Answers,
    with_true_grids: Answers,
    misread: NDArray[np.int64],
) -> Iterable[dict[str, object]]:
    """Top-1 over shapes, with predicted and with true grids, of glyphs by their misread cells."""
    bucket = np.digitize(misread, _BUCKETS)
    edges = (0, *_BUCKETS)
    for number in np.unique(bucket).tolist():
        rows = bucket == number
        last = number == len(_BUCKETS)
        low, high = edges[number], None if last else edges[number + 1] - 1
        yield {
            "misread_cells": f"{low}+" if last else str(low) if low == high else f"{low}-{high}",
            "glyphs": int(rows.sum()),
            "shape_top1": top_k(answers.shape[rows], questions.classes[rows], 1),
            "true_grid_shape_top1": top_k(with_true_grids.shape[rows], questions.classes[rows], 1),
        }
