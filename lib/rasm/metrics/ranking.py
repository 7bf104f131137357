"""How well scores rank pictures by legibility, and what is won by rejecting the worst of them."""

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.intervals import IntervalParams


def ordered_rightly(
    better: NDArray[np.floating], worse: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Of each pair (P,) 1 where the better one scores more, 0 where less, 0.5 where alike.

    >>> ordered_rightly(np.array([2.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0])).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.asarray((np.sign(better - worse) + 1) / 2, dtype=np.float64)


def adjacent_right(scores: NDArray[np.floating], apart: int = 1) -> NDArray[np.float64]:
    """Scores (L, K) of ladders, the least damaged picture first: (L, K - apart), as above."""
    return ordered_rightly(scores[:, :-apart], scores[:, apart:])


def anew_right(scores: NDArray[np.floating], groups: NDArray[np.str_]) -> NDArray[np.float64]:
    """Pairs one step apart whose pictures are of two ladders of one group, (P,), as above.

    Scores are (L, K), groups (L,). Each ladder is compared with the next one of its group, the last
    with the first; groups of one ladder give no pairs.
    """
    parts = []
    for name in np.unique(groups):
        rows = np.flatnonzero(groups == name)
        if len(rows) > 1:
            others = np.roll(rows, -1)
            parts.append(ordered_rightly(scores[rows, :-1], scores[others, 1:]).ravel())
    return np.concatenate(parts) if parts else np.zeros(0)


def kept_of(scores: NDArray[np.floating], reject: float) -> NDArray[np.bool_]:
    """Which (N,) are kept where the worst share `reject` by score is not; ties by their order.

    >>> kept_of(np.array([3.0, 1.0, 2.0, 5.0, 4.0]), 0.4).tolist()
    [True, False, False, True, True]
    """
    worst = np.argsort(scores, kind="stable")[: round(reject * len(scores))]
    kept = np.ones(len(scores), dtype=np.bool_)
    kept[worst] = False
    return kept


def rejection_scores(
    right: NDArray[np.bool_],
    scores: NDArray[np.floating],
    groups: NDArray[np.str_],
    reject: float,
    params: IntervalParams,
    seed: int,
) -> dict[str, float]:
    """Error of N answers, of those that are kept, and the second as a share of the first.

    Keys are `error`, `error_kept` and `error_ratio`, the last two with the ends of their intervals:
    groups (N,) are drawn anew, and then their members, as `rasm.metrics.intervals` does, and the
    worst of each draw rejected. The ratio is 1 where there is no error.
    """
    names = np.unique(groups)
    members = [np.flatnonzero(groups == name) for name in names]
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(params.resamples):
        chosen = generator.integers(len(names), size=len(names))
        rows = np.concatenate([generator.choice(members[one], len(members[one])) for one in chosen])
        drawn.append(_errors(right[rows], scores[rows], reject))
    error, kept, ratio = _errors(right, scores, reject)
    outside = (1 - params.level) / 2
    ends = np.quantile(np.array(drawn), [outside, 1 - outside], axis=0)
    return {
        "error": error,
        "error_kept": kept,
        "error_kept_low": float(ends[0, 1]),
        "error_kept_high": float(ends[1, 1]),
        "error_ratio": ratio,
        "error_ratio_low": float(ends[0, 2]),
        "error_ratio_high": float(ends[1, 2]),
    }


def _errors(
    right: NDArray[np.bool_], scores: NDArray[np.floating], reject: float
) -> tuple[float, float, float]:
    error = float(1 - right.mean())
    kept = float(1 - right[kept_of(scores, reject)].mean())
    return error, kept, kept / error if error else 1.0
