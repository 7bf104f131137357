"""The test of a matcher of letters: worn ones are looked up among the clean ideals.

The threshold between same and different is that of use, learnt on letters worn as validation's are.
One for all levels of wear, since in use nobody says how worn a letter is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.distances import ClosePair, closest_pairs, confused, distance_matrix
from rasm.metrics.pairs import match_scores
from rasm.metrics.verification import Matching
from rasm.trust.matching import MatchRule

_CLOSEST = 10


@dataclass(frozen=True)
class LetterTest:
    """What the test found."""

    metrics: dict[str, float]
    names: tuple[str, ...]  # of the C letters
    distances: NDArray[np.float32]  # (C, C) Euclidean, between the clean ideals
    closest: list[ClosePair]  # at most ten, nearest first


def score_letters(
    rule: MatchRule, worn: Mapping[str, Matching], pairs: int, seed: int
) -> LetterTest:
    """Judge worn letters of each level, and the ideals themselves.

    `worn` are those of the test by level; the references of all are the clean ideals. `pairs` are
    drawn of each level, and judged by the `rule`. Metrics of a level are named after it:
    `seed_top1`, and under `seed_verification_`: `accuracy` at the rule's threshold,
    `accuracy_fixed` at 1.0, `roc_auc`, `eer`, and of the probability `brier` and
    `calibration_error`. All are in [0, 1]. So is `confused_pairs`, the share of pairs of ideals
    nearer than the threshold, which a same-or-different judgement takes for one letter.
    `verification_threshold` and `closest_distance` are distances, in [0, 2].
    """
    ideals = next(iter(worn.values()))
    names = ideals.labels
    distances = distance_matrix(ideals.references)
    closest = closest_pairs(distances, names.tolist(), _CLOSEST)
    metrics = {
        "verification_threshold": rule.threshold,
        "closest_distance": closest[0].distance,
        "confused_pairs": float(
            confused(distances, rule.threshold).sum() / (len(names) ** 2 - len(names))
        ),
    }
    for level, matching in worn.items():
        scores = _scores(matching, rule, pairs, seed)
        metrics |= {f"{level}_{key}": value for key, value in scores.items()}
    return LetterTest(metrics, tuple(names.tolist()), distances, closest)


def _scores(matching: Matching, rule: MatchRule, pairs: int, seed: int) -> dict[str, float]:
    scores = match_scores(matching.pairs(pairs, seed), rule)
    del scores["verification_threshold"]  # the same at every level
    return {"top1": matching.top1(), **scores}
