"""Class by class: which are read well, and which are taken for which.

Precision, recall, F1 and the matrix are scikit-learn's. Balanced accuracy is the mean recall of the
classes that are asked for, so that a rare one weighs as much as a common one.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, recall_score

OTHER = "(another)"


@dataclass(frozen=True)
class ClassScore:
    """Scores of a class in [0, 1]; `support` counts how often it was asked for."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    answered: int


def class_scores(truth: NDArray[np.str_], answered: NDArray[np.str_]) -> list[ClassScore]:
    """Of answers (N,), each class that is asked for: lowest F1 first, then most asked for.

    A class that is never answered has precision 0.

    >>> found = class_scores(np.array(["a", "a", "b"]), np.array(["a", "b", "b"]))
    >>> [(one.name, one.precision, one.recall) for one in found]
    [('a', 1.0, 0.5), ('b', 0.5, 1.0)]
    """
    names = np.unique(truth)
    scores = precision_recall_fscore_support(truth, answered, labels=names, zero_division=0)
    given = Counter(answered.tolist())
    rows = [
        ClassScore(name, float(p), float(r), float(f), int(n), given[name])
        for name, p, r, f, n in zip(names.tolist(), *scores, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.f1, -row.support, row.name))


def balanced_accuracy(truth: NDArray[np.generic], answered: NDArray[np.generic]) -> float:
    """Mean recall over the classes that are asked for, of answers (N,), in [0, 1].

    >>> balanced_accuracy(np.array([1, 1, 1, 2]), np.array([1, 1, 3, 1]))
    0.3333333333333333
    """
    asked = np.unique(truth)
    return float(recall_score(truth, answered, labels=asked, average="macro", zero_division=0))


@dataclass(frozen=True)
class ConfusionMatrix:
    """How often `names[row]` (C,) was answered with each name or, in the last column, another."""

    names: tuple[str, ...]
    counts: NDArray[np.int64]  # (C, C + 1)


def most_confused(
    truth: NDArray[np.str_], answered: NDArray[np.str_], most: int
) -> ConfusionMatrix:
    """The matrix of the at most `most` classes of the most frequent confusions of answers (N,).

    A class is there because it was taken for another, or another for it. Raises ValueError when
    `most` is below two, which a confusion takes.
    """
    if most < 2:
        raise ValueError(f"a confusion takes two classes, not {most}")
    wrong = truth != answered
    pairs = Counter(zip(truth[wrong].tolist(), answered[wrong].tolist(), strict=True))
    chosen: dict[str, None] = {}
    for pair, _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if len({*chosen, *pair}) <= most:
            chosen |= dict.fromkeys(pair)
    names = tuple(sorted(chosen))
    if not names:
        return ConfusionMatrix((), np.zeros((0, 1), dtype=np.int64))
    asked = np.isin(truth, names)
    given = np.where(np.isin(answered, names), answered, OTHER)[asked]
    counts = confusion_matrix(truth[asked], given, labels=[*names, OTHER]) if asked.any() else None
    square = np.zeros((len(names) + 1,) * 2, dtype=np.int64) if counts is None else counts
    return ConfusionMatrix(names, np.asarray(square[:-1], dtype=np.int64))
