"""The test of a matcher of letters: worn ones are looked up among the clean ideals.

The threshold between same and different is learnt on letters worn as validation's are. One for all
levels of wear, since in use nobody says how worn a letter is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.augment.severity import Level
from rasm.augment.worn import worn
from rasm.corpora.letter_set import Letters
from rasm.retrieval.distances import ClosePair, closest_pairs, confused, distance_matrix
from rasm.retrieval.letter_matching import Matching
from rasm.retrieval.verification import fit_threshold, verification_scores

_CLOSEST = 10

Embed = Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]]
"""Pictures to embeddings (N, D) of unit length."""


class LetterTestParams(BaseModel, frozen=True, extra="forbid"):
    """`queries` and `pairs` a level; the threshold is learnt at the first of `levels`."""

    queries: int = Field(ge=2)
    pairs: int = Field(ge=8)
    levels: tuple[Level, ...] = Field(min_length=1)


@dataclass(frozen=True)
class LetterTest:
    """What the test found."""

    metrics: dict[str, float]
    names: tuple[str, ...]  # of the C letters
    distances: NDArray[np.float32]  # (C, C) Euclidean, between the clean ideals
    closest: list[ClosePair]  # at most ten, nearest first


def examine_letters(
    letters: Letters, embed: Embed, params: LetterTestParams, seed: int
) -> LetterTest:
    """Ask `embed` about worn letters and about the ideals themselves.

    Metrics of a level are named after it: `seed_top1`, and under `seed_verification_`: `accuracy`
    at the learnt threshold, `accuracy_fixed` at 1.0, `roc_auc`, `eer`. All are in [0, 1]. So is
    `confused_pairs`, the share of pairs of ideals nearer than the threshold, which a same-or-
    different judgement takes for one letter. `verification_threshold` and `closest_distance` are
    distances, in [0, 2].
    """
    names = letters.names
    references = embed([letters.pictures[row] for row in letters.ideals])

    def match(level: Level, split: Literal["val", "test"]) -> Matching:
        queries = worn(letters, params.queries, level, split, seed)
        return Matching(embed(list(queries.pictures)), queries.labels, references, names)

    learnt = match(params.levels[0], "val").pairs(params.pairs, seed)
    threshold = fit_threshold(learnt.distances, learnt.same)
    distances = distance_matrix(references)
    closest = closest_pairs(distances, names.tolist(), _CLOSEST)
    metrics = {
        "verification_threshold": threshold,
        "closest_distance": closest[0].distance,
        "confused_pairs": float(
            confused(distances, threshold).sum() / (len(names) ** 2 - len(names))
        ),
    }
    for level in params.levels:
        scores = _scores(match(level, "test"), threshold, params.pairs, seed)
        metrics |= {f"{level}_{key}": value for key, value in scores.items()}
    return LetterTest(metrics, tuple(names.tolist()), distances, closest)


def _scores(matching: Matching, threshold: float, pairs: int, seed: int) -> dict[str, float]:
    drawn = matching.pairs(pairs, seed)
    scores = verification_scores(drawn.distances, drawn.same, threshold)
    del scores["verification_threshold"]  # the same at every level
    return {"top1": matching.top1(), **scores}
