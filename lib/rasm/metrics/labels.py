"""The metrics of one recogniser on one split: exact labels and shape classes, beside the ceilings.

`strict_*` asks for the very label, `shape_*` for any label that looks the same. What no picture can
decide counts against nobody once the ceiling stands beside the score.

The ceiling is the best that any recogniser could do from the picture alone: where two labels have
the same picture, even a perfect one must guess. The oracle here knows every picture of the set it
is asked about and answers with its most common label.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.store.manifest import Roster

DEPTH = 10


def rank(scores: NDArray[np.floating], depth: int = DEPTH) -> NDArray[np.int64]:
    """Indices (N, depth) of the best scores (N, C), best first; ties go to the lower index."""
    depth = min(depth, scores.shape[1])
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth].astype(np.int64)


def top_k(ranking: NDArray[np.int64], truth: NDArray[np.int64], k: int) -> float:
    """Share of rows whose truth (N,) is among the first k answers (N, depth).

    >>> top_k(np.array([[3, 1], [2, 3]]), np.array([1, 2]), 1)
    0.5
    """
    return float((ranking[:, :k] == truth[:, None]).any(axis=1).mean())


def score_ranking(ranking: NDArray[np.int64], truth: NDArray[np.int64]) -> dict[str, float]:
    """Top-1/5/10 accuracy, and F1 of the first answer averaged over the labels that occur.

    Macro counts every label alike, weighted counts it by its support.
    """
    occurring = np.unique(truth)
    first = ranking[:, 0]
    f1 = {
        average: float(f1_score(truth, first, labels=occurring, average=average, zero_division=0))
        for average in ("macro", "weighted")
    }
    return {
        "top1": top_k(ranking, truth, 1),
        "top5": top_k(ranking, truth, 5),
        "top10": top_k(ranking, truth, 10),
        "macro_f1": f1["macro"],
        "weighted_f1": f1["weighted"],
    }


def oracle_ranking(
    pictures: list[bytes], labels: NDArray[np.int64], depth: int
) -> NDArray[np.int64]:
    """Best possible answers (N, depth), most common label first, -1 where there are no more.

    `pictures` and `labels` are aligned over the N glyphs of one split; a label may be a class.
    """
    seen: dict[bytes, Counter[int]] = defaultdict(Counter)
    overall = Counter(labels.tolist())
    for picture, label in zip(pictures, labels.tolist(), strict=True):
        seen[picture][label] += 1
    best = {
        picture: sorted(counts, key=lambda label: (-counts[label], -overall[label], label))
        for picture, counts in seen.items()
    }
    ranking = np.full((len(pictures), depth), -1, dtype=np.int64)
    for row, picture in enumerate(pictures):
        answers = best[picture][:depth]
        ranking[row, : len(answers)] = answers
    return ranking


def ceiling(pictures: list[bytes], labels: NDArray[np.int64]) -> float:
    """Highest possible top-1 accuracy on these glyphs, in [0, 1]."""
    best = oracle_ranking(pictures, labels, 1)[:, 0]
    return float(np.mean(best == labels))


def f1_ceilings(pictures: list[bytes], labels: NDArray[np.int64]) -> dict[str, float]:
    """Upper bounds of macro and weighted F1 over the labels that occur.

    The oracle that is best for accuracy is not best for F1. So each label gets its own best case:
    the set of pictures which, all answered by this label, gives it the highest F1. Taking pictures
    by their share of the label, purest first, finds that set. No recogniser can have all labels at
    their best at once, hence a bound and not always a maximum.
    """
    holds: dict[bytes, Counter[int]] = defaultdict(Counter)
    for picture, label in zip(pictures, labels.tolist(), strict=True):
        holds[picture][label] += 1
    drawn_as: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for counts in holds.values():
        for label, count in counts.items():
            drawn_as[label].append((count, counts.total()))
    support = Counter(labels.tolist())
    best = {label: _best_f1(drawn_as[label], support[label]) for label in support}
    weighted = sum(best[label] * count for label, count in support.items()) / support.total()
    return {"macro_f1": sum(best.values()) / len(best), "weighted_f1": weighted}


def _best_f1(pictures: list[tuple[int, int]], support: int) -> float:
    """Best F1 of a label over pictures of (glyphs with the label, glyphs)."""
    right = answered = 0
    best = 0.0
    for held, total in sorted(pictures, key=lambda p: (-p[0] / p[1], p)):
        right, answered = right + held, answered + total
        best = max(best, 2 * right / (answered + support))
    return best


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


def score_intervals(
    questions: Questions, answers: Answers, params: IntervalParams, seed: int
) -> dict[str, float]:
    """`strict_top1` and `shape_top1`, each with the ends of its interval over families."""
    families = questions.roster.families
    found: dict[str, float] = {}
    for name, right in _right(questions, answers).items():
        found |= with_interval(f"{name}_top1", right, families, params, seed)
    return found


def score_lead(
    questions: Questions, answers: Answers, rival: Answers, params: IntervalParams, seed: int
) -> dict[str, float]:
    """What `answers` are ahead of `rival` on the same glyphs, with the ends of its interval.

    As `strict_top1_lead` and `shape_top1_lead`: it says more of an order than two intervals.
    """
    families, theirs = questions.roster.families, _right(questions, rival)
    found: dict[str, float] = {}
    for name, right in _right(questions, answers).items():
        ahead = right.astype(np.int64) - theirs[name]
        found |= with_interval(f"{name}_top1_lead", ahead, families, params, seed)
    return found


def _right(questions: Questions, answers: Answers) -> dict[str, NDArray[np.bool_]]:
    """Whether the first answer is right, (N,)."""
    return {
        "strict": answers.strict[:, 0] == questions.roster.labels,
        "shape": answers.shape[:, 0] == questions.classes,
    }


def _ceilings(pictures: list[bytes], truth: NDArray[np.int64]) -> dict[str, float]:
    """The bound of each metric of `score_ranking`."""
    best = oracle_ranking(pictures, truth, DEPTH)
    return {f"top{k}": top_k(best, truth, k) for k in (1, 5, 10)} | f1_ceilings(pictures, truth)


def families(roster: Roster) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Each family's name and its rows (N,), by name."""
    for family in np.unique(roster.families).tolist():
        yield family, roster.families == family
