"""The metrics of one recogniser on one split: labels, shapes and letters, beside the ceilings.

`strict_*` asks for the very label, `shape_*` for any label that looks the same. `text_*` and
`letter_*` ask the same two of letters, whatever their form: `text_*` for the right code points,
`letter_*` for a shape that may be the right letter. Who wants text does not mind whether an initial
form was taken for a medial one. What no picture can decide counts against nobody once the ceiling
stands beside the score.

The ceiling is the best that any recogniser could do from the picture alone: where two labels have
the same picture, even a perfect one must guess. The oracle here knows every picture of the set it
is asked about and answers with its most common label.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from rasm.labels.filtering import without_form
from rasm.labels.homoglyphs import ShapeClasses
from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.pooling import pooled
from rasm.store.manifest import Roster

DEPTH = 10
READINGS = ("strict", "shape", "text", "letter")


def rank(scores: NDArray[np.floating], depth: int = DEPTH) -> NDArray[np.int64]:
    """Indices (N, depth) of the best scores (N, C), best first; ties go to the lower index."""
    depth = min(depth, scores.shape[1])
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth].astype(np.int64)


def top_k(ranking: NDArray[np.int64], truth: NDArray[np.int64], k: int) -> float:
    """Share of rows whose truth (N,) is among the first k answers (N, depth).

    >>> top_k(np.array([[3, 1], [2, 3]]), np.array([1, 2]), 1)
    0.5
    """
    return hit_within(ranking == truth[:, None], k)


def hit_within(hits: NDArray[np.bool_], k: int) -> float:
    """Share of rows of which one of the first k answers is right, of (N, depth)."""
    return float(hits[:, :k].any(axis=1).mean())


def score_f1(first: NDArray[np.int64], truth: NDArray[np.int64]) -> dict[str, float]:
    """F1 of first answers (N,), averaged over the labels that occur or are answered.

    Macro counts every label alike, so one that is answered and does not occur costs; weighted
    counts it by its support.
    """
    return {
        f"{average}_f1": float(f1_score(truth, first, average=average, zero_division=0))
        for average in ("macro", "weighted")
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
    """Ranked answers (N, depth) of a recogniser for N glyphs: labels, shape classes, letters."""

    strict: NDArray[np.int64]
    shape: NDArray[np.int64]
    text: NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """What L labels are read as: C shape classes, and letters, of whatever form."""

    shapes: ShapeClasses
    letter_of: NDArray[np.int64]  # (L,)

    @property
    def may_be(self) -> NDArray[np.bool_]:
        """Whether a shape class may be a letter (C, letters): one of its labels is."""
        found = np.zeros((self.shapes.count, int(self.letter_of.max()) + 1), dtype=np.bool_)
        found[self.shapes.class_of, self.letter_of] = True
        return found


def reading_of(names: Sequence[str], shapes: ShapeClasses) -> Reading:
    """The reading of labels by their names: forms of the same code points are one letter.

    >>> shapes = ShapeClasses(np.array([0, 1, 0]), np.array([0.5, 1, 0.5]))
    >>> reading_of(["beh", "beh_init", "teh"], shapes).letter_of.tolist()
    [0, 0, 1]
    """
    _, letters = np.unique([without_form(name) for name in names], return_inverse=True)
    return Reading(shapes, letters.astype(np.int64))


@dataclass(frozen=True)
class Questions:
    """N glyphs of a split: who they are, their raster bytes, what there is to say of them.

    `families` name the group of families that share drawings: what is drawn alike is one.
    """

    roster: Roster
    pictures: list[bytes]
    classes: NDArray[np.int64]  # (N,) shape class
    letters: NDArray[np.int64]  # (N,)
    families: NDArray[np.str_]  # (N,)
    may_be: NDArray[np.bool_]  # (C, letters), whether a shape class may be a letter

    @cached_property
    def ceilings(self) -> dict[str, NDArray[np.bool_]]:
        """The `hits` (N, DEPTH) of answers that no recogniser could better, by the picture alone.

        For letters, more than one answer is best as far as taking the best one first finds it.
        """
        truths = (self.roster.labels, self.classes, self.letters)
        best = (oracle_ranking(self.pictures, truth, DEPTH) for truth in truths)
        return {**hits(self, Answers(*best)), "letter": _letter_ceiling(self)}


def ask(
    roster: Roster, pictures: list[bytes], reading: Reading, group_of: Mapping[str, str]
) -> Questions:
    """Questions about glyphs and their raster bytes, aligned over N.

    `group_of` names the group of each family.
    """
    return Questions(
        roster,
        pictures,
        classes=reading.shapes.class_of[roster.labels],
        letters=reading.letter_of[roster.labels],
        may_be=reading.may_be,
        families=np.array([group_of[name] for name in roster.families.tolist()], dtype=np.str_),
    )


def hits(questions: Questions, answers: Answers) -> dict[str, NDArray[np.bool_]]:
    """Whether each answer (N, depth) is right, by what is asked for."""
    return {
        "strict": answers.strict == questions.roster.labels[:, None],
        "shape": answers.shape == questions.classes[:, None],
        "text": answers.text == questions.letters[:, None],
        "letter": questions.may_be[answers.shape, questions.letters[:, None]],
    }


def _letter_ceiling(questions: Questions) -> NDArray[np.bool_]:
    """Whether each of the best shape classes (N, DEPTH) for a picture may be the glyph's letter."""
    rows_of: dict[bytes, list[int]] = defaultdict(list)
    for row, picture in enumerate(questions.pictures):
        rows_of[picture].append(row)
    found = np.zeros((len(questions.pictures), DEPTH), dtype=np.bool_)
    for rows in rows_of.values():
        left = questions.may_be[:, questions.letters[rows]]  # (C, glyphs of this picture)
        for place in range(DEPTH):
            named = left[left.sum(axis=1).argmax()]
            found[rows, place] = named
            left = left & ~named
            if not left.any():
                break
    return found


def answer(probabilities: NDArray[np.float64], reading: Reading) -> Answers:
    """Answers from P(label) (N, L): a shape, or a letter, is as probable as all its labels."""
    shapes, letters = (
        pooled(probabilities, of) for of in (reading.shapes.class_of, reading.letter_of)
    )
    return Answers(rank(probabilities), rank(shapes), rank(letters))


def score(questions: Questions, answers: Answers) -> dict[str, float]:
    """Flat metrics: all glyphs, the diacritics and ligatures among them, the spread of families."""
    roster = questions.roster
    metrics: dict[str, float] = {
        "glyphs": len(roster),
        "labels": len(np.unique(roster.labels)),
        "families": len(np.unique(questions.families)),
    }
    best = questions.ceilings
    for name, right in hits(questions, answers).items():
        for k in (1, 5, 10):
            metrics[f"{name}_top{k}"] = hit_within(right, k)
            metrics[f"{name}_top{k}_ceiling"] = hit_within(best[name], k)
        for subset, rows in (
            ("diacritics", roster.is_diacritic),
            ("ligatures", roster.char_classes == "ligature"),
        ):
            if rows.any():
                metrics[f"{subset}_{name}_top1"] = hit_within(right[rows], 1)
                metrics[f"{subset}_{name}_top1_ceiling"] = hit_within(best[name][rows], 1)
        by_family = np.array([hit_within(right[rows], 1) for _, rows in families(questions)])
        for statistic in ("mean", "std", "min", "max"):
            metrics[f"{name}_top1_family_{statistic}"] = float(getattr(by_family, statistic)())
    for name, truth, given in (
        ("strict", roster.labels, answers.strict),
        ("shape", questions.classes, answers.shape),
    ):
        bounds = f1_ceilings(questions.pictures, truth)
        for average, value in score_f1(given[:, 0], truth).items():
            metrics[f"{name}_{average}"] = value
            metrics[f"{name}_{average}_ceiling"] = bounds[average]
    return metrics


def score_intervals(
    questions: Questions, answers: Answers, params: IntervalParams, seed: int
) -> dict[str, float]:
    """Top-1 of each reading and its mean over families, with the ends of their intervals."""
    families = questions.families
    found: dict[str, float] = {}
    for name, right in hits(questions, answers).items():
        first = right[:, 0]
        found |= with_interval(f"{name}_top1", first, families, params, seed)
        mean = f"{name}_top1_family_mean"
        found |= with_interval(mean, first, families, params, seed, groups_alike=True)
    return found


def score_lead(
    questions: Questions, answers: Answers, rival: Answers, params: IntervalParams, seed: int
) -> dict[str, float]:
    """What `answers` are ahead of `rival` on the same glyphs, with the ends of its interval.

    As `strict_top1_lead` and so on: it says more of an order than two intervals.
    """
    families, theirs = questions.families, hits(questions, rival)
    found: dict[str, float] = {}
    for name, right in hits(questions, answers).items():
        ahead = right[:, 0].astype(np.int64) - theirs[name][:, 0]
        found |= with_interval(f"{name}_top1_lead", ahead, families, params, seed)
    return found


def families(questions: Questions) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Each family's name and its rows (N,), by name."""
    for family in np.unique(questions.families).tolist():
        yield family, questions.families == family
