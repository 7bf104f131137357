"""Pictures of known order: one glyph damaged more and more, by one kind of damage.

A ladder begins with the glyph turned, and a little worn or not, and each step adds as much damage
as the one before. The Ager's own ladder, `wear`, wears it by one seed more and more; under all
other kinds its grain and the place of its patches are drawn anew at every step, so that the steps
have nothing in common but the glyph.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, PositiveFloat, model_validator

from rasm.augment.ager import aged
from rasm.augment.damage import KINDS, Kind, damaged, wear_at
from rasm.augment.seeding import item_seed
from rasm.augment.severity import Severity
from rasm.augment.worn import Worn
from rasm.corpora.letter_set import Letters
from rasm.raster.ink import ink_of
from rasm.reading.legibility import sized

WEAR = "wear"
LadderKind = Literal["wear"] | Kind
LADDER_KINDS = (WEAR, *KINDS)
_SIZE = 128
_BASES = (0.0, 0.2, 0.4)  # strengths of wear under which a ladder begins


class LadderParams(BaseModel, frozen=True, extra="forbid"):
    """Ladders of `steps` pictures, `views` of a kind and letter."""

    steps: int = Field(ge=2)
    views: int = Field(ge=1)
    severity: Severity
    """Wear, of whose amounts `wear` takes a share; other ladders begin with a little of it."""
    most: dict[LadderKind, PositiveFloat] = Field(min_length=1)
    """Kinds of damage that train, and the amount of each one's last step."""
    unseen: dict[LadderKind, PositiveFloat] = Field(min_length=1)
    """The same of kinds that validate alone."""

    @model_validator(mode="after")
    def _unseen(self) -> Self:
        if both := sorted(self.most.keys() & self.unseen.keys()):
            raise ValueError(f"unseen kinds are to be others than those that train: {both[0]}")
        return self


@dataclass(frozen=True)
class Ladders:
    """L ladders of K pictures, the least damaged first, grey, dark on light."""

    pictures: NDArray[np.uint8]  # (L, K, 128, 128)
    kinds: NDArray[np.str_]  # (L,)
    labels: NDArray[np.str_]  # (L,)


def letters_among(letters: Letters, names: Collection[str]) -> Letters:
    """Those of some names alone, each drawing at 128 pixels."""
    rows = [row for row, label in enumerate(letters.labels.tolist()) if label in names]
    drawings = tuple(sized(letters.pictures[row]) for row in rows)
    return Letters(drawings, letters.labels[rows])


def ladders_of(
    letters: Letters,
    most: Mapping[LadderKind, float],
    worst: Severity,
    steps: int,
    views: int,
    seed: int,
) -> Ladders:
    """`views` ladders a kind of each letter's ideal (128, 128); those that end blank are left out.

    `most` has the amount of each kind's last step, as `rasm.augment.damage` measures it; that of
    `wear` is a share of the amounts of `worst`. Raises ValueError where no ladder is left.
    """
    names = [name for name in letters.names.tolist() for _ in range(views)]
    ideals = {n: letters.pictures[r] for n, r in zip(letters.names, letters.ideals, strict=True)}
    shown = np.stack([ideals[name] for name in names])
    kinds, labels, pictures = [], [], []
    for kind, amount in most.items():
        # A kind's ladders do not depend on which others are asked for.
        stream = 1 + LADDER_KINDS.index(kind)
        seeds = [item_seed(seed, stream, place) for place in range(len(shown))]
        ladders = _ladders(shown, kind, amount * np.linspace(0, 1, steps), worst, seeds)
        for name, ladder in zip(names, ladders, strict=True):
            if not any(_is_blank(one) for one in ladder):
                kinds.append(kind)
                labels.append(name)
                pictures.append(ladder)
    if not pictures:
        raise ValueError("every ladder ends in a blank picture: lower the amounts of damage")
    return Ladders(np.stack(pictures), np.array(kinds), np.array(labels))


def _ladders(
    shown: NDArray[np.uint8],
    kind: str,
    amounts: NDArray[np.float64],
    worst: Severity,
    seeds: Sequence[int],
) -> NDArray[np.uint8]:
    """Drawings (N, 128, 128) under each of K amounts, (N, K, 128, 128)."""
    if kind == WEAR:
        worn = [aged(shown, wear_at(worst, amount), _SIZE, seeds) for amount in amounts.tolist()]
        return np.stack(worn, axis=1)
    bases = np.empty_like(shown)
    for place, strength in enumerate(_BASES):
        rows = np.arange(place, len(shown), len(_BASES))
        if len(rows):
            level = wear_at(worst, strength)
            bases[rows] = aged(shown[rows], level, _SIZE, [seeds[row] for row in rows.tolist()])
    made = [
        [damaged(base, kind, amount, own + place) for place, amount in enumerate(amounts.tolist())]
        for base, own in zip(bases, seeds, strict=True)
    ]
    return np.array(made, dtype=np.uint8)


def aged_queries(
    letters: Letters, count: int, levels: Sequence[Severity], stream: int, seed: int
) -> Worn:
    """`count` worn drawings a level, letter after letter, whose seeds are those of a `stream`.

    The letters are of (128, 128). Of one seed, streams differ in all of their pictures.
    """
    drawings = [letters.rows_of(name) for name in letters.names]
    rounds, places = np.divmod(np.arange(count), len(drawings))
    chosen = zip(rounds.tolist(), places.tolist(), strict=True)
    rows = np.array([drawings[c][r % len(drawings[c])] for r, c in chosen])
    shown = np.stack([letters.pictures[row] for row in rows])
    parts = []
    for place, level in enumerate(levels):
        seeds = [item_seed(seed, stream, place * count + query) for query in range(count)]
        parts.append(aged(shown, level, _SIZE, seeds))
    return Worn(np.concatenate(parts), np.tile(letters.labels[rows], len(levels)))


def _is_blank(picture: NDArray[np.uint8]) -> bool:
    try:
        ink_of(picture)
    except ValueError:
        return True
    return False
