"""The metrics of one recogniser on one split: exact labels and shape classes, beside the ceilings.

`strict_*` asks for the very label, `shape_*` for any label that looks the same. What no picture can
decide counts against nobody once the ceiling stands beside the score.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasm.labels.ceiling import ceiling, f1_ceilings, oracle_ranking
from rasm.labels.homoglyphs import ShapeClasses
from rasm.report.scores import DEPTH, rank, score_ranking, top_k
from rasm.store.manifest import Roster


@dataclass(frozen=True)
class Answers:
    """Ranked answers (N, depth) of a recogniser for N glyphs, as labels and as shape classes."""

    strict: NDArray[np.int64]
    shape: NDArray[np.int64]


@dataclass(frozen=True)
class Questions:
    """N glyphs of a split: who they are, their raster bytes, their true shape class."""

    roster: Roster
    pictures: list[bytes]
    classes: NDArray[np.int64]  # (N,)


def ask(roster: Roster, pictures: list[bytes], shapes: ShapeClasses) -> Questions:
    """Questions about glyphs and their raster bytes, aligned over N."""
    return Questions(roster, pictures, shapes.class_of[roster.labels])


def answer(class_probabilities: NDArray[np.float64], shapes: ShapeClasses) -> Answers:
    """Answers from P(shape class) (N, C); a class's labels come in the order of their prior."""
    return Answers(rank(shapes.label_scores(class_probabilities)), rank(class_probabilities))


def score(questions: Questions, answers: Answers) -> dict[str, float]:
    """Flat metrics: all glyphs, the diacritics and ligatures among them, the spread of families."""
    roster, pictures = questions.roster, questions.pictures
    metrics: dict[str, float] = {
        "glyphs": len(roster),
        "labels": len(np.unique(roster.labels)),
        "families": len(np.unique(roster.families)),
    }
    for name, truth, given in (
        ("strict", roster.labels, answers.strict),
        ("shape", questions.classes, answers.shape),
    ):
        ceilings = _ceilings(pictures, truth)
        for metric, value in score_ranking(given, truth).items():
            metrics[f"{name}_{metric}"] = value
            metrics[f"{name}_{metric}_ceiling"] = ceilings[metric]
        for subset, rows in (
            ("diacritics", roster.is_diacritic),
            ("ligatures", roster.char_classes == "ligature"),
        ):
            if rows.any():
                theirs = [pictures[row] for row in np.flatnonzero(rows)]
                metrics[f"{subset}_{name}_top1"] = top_k(given[rows], truth[rows], 1)
                metrics[f"{subset}_{name}_top1_ceiling"] = ceiling(theirs, truth[rows])
        by_family = np.array([top_k(given[r], truth[r], 1) for _, r in families(roster)])
        for statistic in ("mean", "std", "min", "max"):
            metrics[f"{name}_top1_family_{statistic}"] = float(getattr(by_family, statistic)())
    return metrics


def _ceilings(pictures: list[bytes], truth: NDArray[np.int64]) -> dict[str, float]:
    """The bound of each metric of `score_ranking`."""
    best = oracle_ranking(pictures, truth, DEPTH)
    return {f"top{k}": top_k(best, truth, k) for k in (1, 5, 10)} | f1_ceilings(pictures, truth)


def families(roster: Roster) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Each family's name and its rows (N,), by name."""
    for family in np.unique(roster.families).tolist():
        yield family, roster.families == family
