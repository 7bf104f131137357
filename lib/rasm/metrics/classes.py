"""Class by class: which are read well, and which are taken for which.

Precision, recall, F1 and the matrix are scikit-learn's. Balanced accuracy is the mean recall of the
classes that are asked for, so that a rare one weighs as much as a common one.

Of two runs that answer the same questions, F1 is compared class by class, with intervals as
`rasm.metrics.intervals` draws them: the groups anew, and then the members of each. Both runs are
asked what was drawn, so what makes a question hard for both does not count.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, recall_score

from rasm.metrics.intervals import IntervalParams

OTHER = "(another)"
MEAN_OF_CLASSES = "(mean of classes)"


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
class F1Change:
    """F1 of a class in [0, 1] by two runs, and the ends of the interval of what the second adds."""

    name: str
    support: int
    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """What the second run adds."""
        return self.after - self.before

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def f1_changes(
    truth: NDArray[np.str_],
    before: NDArray[np.str_],
    after: NDArray[np.str_],
    groups: NDArray[np.str_],
    params: IntervalParams,
    seed: int,
) -> list[F1Change]:
    """From the answers of two runs, `before` and `after` (N,), to the same questions.

    First the mean over the classes that are asked for, named so, then these, the largest change
    first. `groups` (N,) name those of the questions. A draw without a class says nothing of it.
    """
    names, asked = np.unique(truth, return_inverse=True)
    counts = np.concatenate([np.ones((1, len(truth))), _drawn(groups, params.resamples, seed)])
    support = counts @ _indicator(asked, len(names))
    scores = [_f1(counts, support, names, asked, answered) for answered in (before, after)]
    means = [np.nanmean(found, axis=1, keepdims=True) for found in scores]
    one, other = (np.concatenate(pair, axis=1) for pair in zip(means, scores, strict=True))
    outside = (1 - params.level) / 2
    low, high = np.nanquantile((other - one)[1:], [outside, 1 - outside], axis=0)
    labels, sizes = [MEAN_OF_CLASSES, *names.tolist()], [len(truth), *np.bincount(asked).tolist()]
    columns = zip(labels, sizes, one[0], other[0], low, high, strict=True)
    mean, *rows = (F1Change(name, n, *map(float, found)) for name, n, *found in columns)
    return [mean, *sorted(rows, key=lambda row: (-abs(row.change), row.name))]


def _drawn(groups: NDArray[np.str_], resamples: int, seed: int) -> NDArray[np.float64]:
    """How often each member (N,) comes in each draw, (resamples, N)."""
    names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), resamples)
    counts = np.zeros((resamples, len(groups)))
    for group, size in enumerate(sizes.tolist()):
        # `size` members are drawn each time that the group is.
        members = np.flatnonzero(codes == group)
        counts[:, members] = generator.multinomial(times[:, group] * size, np.full(size, 1 / size))
    return counts


def _indicator(column_of: NDArray[np.int64], columns: int) -> csr_array:
    """(N, columns), 1 where a row has its column; none where that is below 0."""
    rows = np.flatnonzero(column_of >= 0)
    shape = len(column_of), columns
    return csr_array((np.ones(len(rows)), (rows, column_of[rows])), shape=shape)


def _f1(
    counts: NDArray[np.float64],
    support: NDArray[np.float64],
    names: NDArray[np.str_],
    asked: NDArray[np.int64],
    answered: NDArray[np.str_],
) -> NDArray[np.float64]:
    """F1 (R, C) of R draws of answers (N,); no number where a draw does not ask for the class."""
    place = np.minimum(np.searchsorted(names, answered), len(names) - 1)
    given = np.where(names[place] == answered, place, -1)
    hits = counts @ _indicator(np.where(given == asked, asked, -1), len(names))
    total = support + counts @ _indicator(given, len(names))
    return np.where(support > 0, 2 * hits / np.where(support > 0, total, 1), np.nan)


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
