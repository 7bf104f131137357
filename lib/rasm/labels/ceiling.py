"""The best that any recogniser could do from the picture alone.

Where two labels have the same picture, even a perfect recogniser must guess. The oracle here knows
every picture of the set it is asked about and answers with its most common label, so its score is
the ceiling to hold every reported number against.
"""

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray


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
