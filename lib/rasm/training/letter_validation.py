"""Choosing a matcher of worn letters: does it find the ideal of a letter that has aged?

The letters are those of training, there are no others; their wear is not. It is drawn once, so that
epochs can be compared.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from torch import Tensor, nn

from rasm.augment.severity import Level
from rasm.augment.worn import worn
from rasm.corpora.letter_set import Letters
from rasm.retrieval.letter_matching import Judged, Matching
from rasm.retrieval.verification import accuracy_at, fit_threshold
from rasm.training.one_shot_validation import embed, spread

See = Callable[[Sequence[NDArray[np.uint8]]], Tensor]
"""Pictures to what the network is shown of them in use, (N, C, S, S)."""


class LetterTrialParams(BaseModel, frozen=True, extra="forbid"):
    """`queries` worn letters, and `pairs` of them and an ideal, half of them of one letter."""

    queries: int = Field(ge=2)
    severity: Level
    pairs: int = Field(ge=8)


def letter_validation(
    letters: Letters, params: LetterTrialParams, see: See, seed: int
) -> Callable[[nn.Module], dict[str, float]]:
    """Validation of a matcher: worn letters are the queries, clean ideals the gallery.

    The metrics: the share of queries whose nearest ideal is right, the share of pairs judged
    rightly as same or different, and the mean distance of two ideals, which nears 0 when
    embeddings collapse.
    """
    queries = worn(letters, params.queries, params.severity, "val", seed)
    asked = see(list(queries.pictures))
    shown = see([letters.pictures[row] for row in letters.ideals])

    def validate(model: nn.Module) -> dict[str, float]:
        references = embed(model, shown)
        matching = Matching(embed(model, asked), queries.labels, references, letters.names)
        return {
            "val_recall_at_1": matching.top1(),
            "val_verification": halved_accuracy(matching.pairs(params.pairs, seed)),
            "val_spread": spread(references[None]),
        }

    return validate


def halved_accuracy(pairs: Judged) -> float:
    """Share of pairs judged rightly by a threshold that is learnt on other queries, in [0, 1].

    Queries are halved by number. Raises ValueError when a half lacks same or different pairs.
    """
    learning = pairs.queries < (int(pairs.queries.max()) + 1) // 2
    known, unknown = pairs.of(learning), pairs.of(~learning)
    if known.same.all() or not known.same.any() or not len(unknown.same):
        raise ValueError("too few pairs to learn a threshold from: raise queries and pairs")
    return accuracy_at(unknown.distances, unknown.same, fit_threshold(known.distances, known.same))
