"""Does a matcher find the ideal of a letter that has aged? Trials for worn letters.

The letters are those of training, there are no others; their wear is not. It is drawn once, so that
epochs can be compared.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from rasm.augment.severity import Severity
from rasm.augment.worn import worn
from rasm.corpora.letter_set import Letters
from rasm.inputs.pictures import PixelArray
from rasm.metrics.verification import JudgedPairs, Matching, accuracy_at, fit_threshold
from rasm.reading.embeddings import embed_batches
from rasm.training.choosing.trials import TrialGround, TrialParams, Validate, spread

See = Callable[[Sequence[PixelArray]], Tensor]
"""Pictures to what the network is shown of them in use, (N, C, S, S)."""


class LetterTrialParams(TrialParams, frozen=True, extra="forbid"):
    """`queries` worn letters, and `pairs` of them and an ideal, half of them of one letter."""

    kind: Literal["letters"]
    queries: int = Field(ge=2)
    levels: tuple[Severity, ...] = Field(min_length=1)
    pairs: int = Field(ge=8)

    view: ClassVar[str | None] = "letters"

    def validation(self, ground: TrialGround) -> Validate:
        """All drawings train; letters that have aged otherwise choose."""

        def clean(pictures: Sequence[PixelArray]) -> Tensor:
            return ground.shown(pictures).clean(torch.arange(len(pictures), device=ground.device))

        return letter_validation(Letters.read(ground.folder), self, clean, ground.seed)


def letter_validation(letters: Letters, params: LetterTrialParams, see: See, seed: int) -> Validate:
    """Validation of a matcher: worn letters are the queries, clean ideals the gallery.

    The metrics: the share of queries whose nearest ideal is right, the share of pairs judged
    rightly as same or different, and the mean distance of two ideals, which nears 0 when
    embeddings collapse.
    """
    queries = worn(letters, params.queries, params.levels, "val", seed)
    asked = see(list(queries.pictures))
    shown = see([letters.pictures[row] for row in letters.ideals])

    def validate(model: nn.Module) -> dict[str, float]:
        references = embed_batches(model, shown)
        matching = Matching(embed_batches(model, asked), queries.labels, references, letters.names)
        return {
            "val_recall_at_1": matching.top1(),
            "val_verification": halved_accuracy(matching.pairs(params.pairs, seed)),
            "val_spread": spread(references[None]),
        }

    return validate


def halved_accuracy(pairs: JudgedPairs) -> float:
    """Share of pairs judged rightly by a threshold that is learnt on other queries, in [0, 1].

    Queries are halved by number. Raises ValueError when a half lacks same or different pairs.
    """
    learning = pairs.queries < (int(pairs.queries.max()) + 1) // 2
    known, unknown = pairs.of(learning), pairs.of(~learning)
    if known.same.all() or not known.same.any() or not len(unknown.same):
        raise ValueError("too few pairs to learn a threshold from: raise queries and pairs")
    return accuracy_at(unknown.distances, unknown.same, fit_threshold(known.distances, known.same))
