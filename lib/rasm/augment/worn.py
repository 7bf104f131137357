"""Worn letters to be recognised: every letter as often as any other, aged under fixed seeds.

There is no second set of drawings to hold out, so what validation and test must not share with
training, nor with each other, is the wear: each has seeds of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasm.augment.ager import Ager, aged
from rasm.augment.seeding import item_seed
from rasm.augment.severity import Severity
from rasm.corpora.letter_set import Letters

_SIZE = 128
_STREAM = {"val": 0, "test": 1}


@dataclass(frozen=True)
class Worn:
    """Q aged pictures, grey, and the letters that they were."""

    pictures: NDArray[np.uint8]  # (Q, 128, 128)
    labels: NDArray[np.str_]  # (Q,)


def worn(
    letters: Letters,
    count: int,
    levels: Sequence[Severity],
    split: Literal["val", "test"],
    seed: int,
) -> Worn:
    """`count` aged drawings, letter after letter, and the drawings of a letter in turn.

    Each round of letters is worn at the next of the levels. One seed wears a letter alike at every
    level, more or less badly, so levels can be compared.
    """
    drawings = [letters.rows_of(name) for name in letters.names]
    rounds, places = np.divmod(np.arange(count), len(drawings))
    rows = np.array(
        [drawings[c][r % len(drawings[c])] for r, c in zip(rounds, places, strict=True)]
    )
    seeds = [item_seed(seed, _STREAM[split], query) for query in range(count)]
    drawn = np.stack([letters.pictures[row] for row in rows])
    return Worn(aged_in_turn(drawn, levels, rounds, _SIZE, seeds), letters.labels[rows])


def aged_in_turn(
    drawings: NDArray[np.uint8],
    levels: Sequence[Severity],
    turns: NDArray[np.int64],
    size: int,
    seeds: Sequence[int],
) -> NDArray[np.uint8]:
    """Drawings (N, S, S) aged, each at the level of its turn (N,), (N, size, size)."""
    found = np.empty((len(drawings), size, size), dtype=np.uint8)
    for number, level in enumerate(levels):
        rows = np.flatnonzero(turns % len(levels) == number).tolist()
        if rows:
            found[rows] = aged(drawings[rows], level, size, [seeds[row] for row in rows])
    return found


def wear_samples(
    letters: Letters, names: Sequence[str], levels: Sequence[Severity], samples: int, seed: int
) -> dict[str, list[tuple[str, NDArray[np.uint8]]]]:
    """Of each named letter its ideal, `clean`, and `samples` worn copies a level, by caption.

    Pictures are (128, 128, 3) uint8.
    """
    agers = {level.name: Ager(level, _SIZE) for level in levels}
    found = {}
    for row, name in enumerate(names):
        drawing = letters.pictures[int(letters.rows_of(name)[0])]
        picture = np.repeat(drawing[:, :, None], 3, axis=2)
        shown = [("clean", picture)]
        for column, (level, ager) in enumerate(agers.items()):
            seeds = [item_seed(seed, column, row * samples + sample) for sample in range(samples)]
            shown += [(level, ager.age(picture, one)) for one in seeds]
        found[name] = shown
    return found
