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
