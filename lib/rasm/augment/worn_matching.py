"""Worn letters beside the clean ideals, as an embedder places them."""

from collections.abc import Sequence
from typing import Literal

from rasm.augment.severity import Severity
from rasm.augment.worn import worn
from rasm.corpora.letter_set import Letters
from rasm.metrics.verification import Matching
from rasm.reading.embeddings import Embed


def worn_matching(
    letters: Letters,
    count: int,
    levels: Sequence[Severity],
    split: Literal["val", "test"],
    embed: Embed,
    seed: int,
) -> Matching:
    """`count` worn letters as `worn` draws them; the references are the ideals."""
    asked = worn(letters, count, levels, split, seed)
    references = embed([letters.pictures[row] for row in letters.ideals])
    return Matching(embed(list(asked.pictures)), asked.labels, references, letters.names)
