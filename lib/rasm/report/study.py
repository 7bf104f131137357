"""The answers of phase 2 to N test glyphs, gathered to be looked into: who was taken for whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.inventory import Item
from rasm.report.breakdown import shape_name
from rasm.report.kinds import gentlest_kind
from rasm.report.recogniser import Answers, Questions


@dataclass(frozen=True)
class Pair:
    """Two shape classes, and the drawings of either that were taken for the other.

    A font may draw several labels of a shape alike: `rows` has the first glyph of each drawing,
    `glyphs` counts all.
    """

    shapes: tuple[int, int]
    rows: NDArray[np.int64]
    glyphs: int


@dataclass(frozen=True)
class Study:
    """N glyphs, aligned: questions, answers, P(shape class) (N, C) and pictures (N, S, S).

    `all_answers` by recogniser, `phase2` among them, whose probabilities they are. `labels` by
    index, `members` the labels of each shape class, `items` what a label stands for.
    """

    questions: Questions
    all_answers: Mapping[str, Answers]
    probabilities: NDArray[np.float64]
    masks: NDArray[np.bool_]
    labels: Sequence[str]
    members: Sequence[Sequence[str]]
    items: Mapping[str, Item]

    @property
    def answers(self) -> Answers:
        """Those of phase 2."""
        return self.all_answers["phase2"]

    @property
    def truth(self) -> NDArray[np.int64]:
        """True shape class (N,)."""
        return self.questions.classes

    @property
    def answered(self) -> NDArray[np.int64]:
        """Answered shape class (N,)."""
        return self.answers.shape[:, 0]

    @cached_property
    def wrong(self) -> NDArray[np.int64]:
        """Rows taken for another shape."""
        return np.flatnonzero(self.truth != self.answered)

    @cached_property
    def right(self) -> NDArray[np.int64]:
        """Rows whose shape was named."""
        return np.flatnonzero(self.truth == self.answered)

    @cached_property
    def rival(self) -> NDArray[np.int64]:
        """What the answer (N,) is to be held against: the truth; if that was it, the next best."""
        return np.where(self.truth == self.answered, self.answers.shape[:, 1], self.truth)

    @cached_property
    def pairs(self) -> list[Pair]:
        """All confused pairs, the most drawings first and of equals the surest; so their rows.

        Both directions are one pair: what is confused is the same.
        """
        rows_of: dict[tuple[int, int], list[int]] = defaultdict(list)
        sure = self.probabilities.max(axis=1)
        for row in self.wrong.tolist():
            a, b = int(self.truth[row]), int(self.answered[row])
            rows_of[min(a, b), max(a, b)].append(row)
        found = []
        for shapes, rows in rows_of.items():
            drawings = sorted(self.drawings(rows), key=lambda row: (-sure[row], row))
            found.append(Pair(shapes, np.array(drawings), len(rows)))
        return sorted(found, key=lambda p: (-len(p.rows), -sure[p.rows].mean(), p.shapes))

    def drawings(self, rows: Iterable[int]) -> list[int]:
        """Those of the rows that no row before draws alike in the same font."""
        first: dict[tuple[str, bytes], int] = {}
        for row in rows:
            first.setdefault(self._drawing(row), row)
        return list(first.values())

    def labels_of(self, row: int) -> list[str]:
        """All labels of the shape of a glyph that its font draws just like it."""
        (alike,) = np.nonzero(
            (self.truth == self.truth[row])
            & (self.questions.roster.fonts == self.questions.roster.fonts[row])
        )
        same = [r for r in alike.tolist() if self._drawing(r) == self._drawing(row)]
        return [self.label(r) for r in same]

    def _drawing(self, row: int) -> tuple[str, bytes]:
        return str(self.questions.roster.fonts[row]), self.questions.pictures[row]

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kind of error of each wrong row, see `rasm.report.kinds`."""
        return {
            row: gentlest_kind(
                self.items[self.label(row)],
                [self.items[label] for label in self.members[self.answered[row]]],
            )
            for row in self.wrong.tolist()
        }

    def name(self, shape: int) -> str:
        """Short name of a shape class."""
        return shape_name(self.members[shape])

    def label(self, row: int) -> str:
        """True label of a glyph."""
        return self.labels[int(self.questions.roster.labels[row])]

    def confusion(self, row: int) -> str:
        """`actual -> answered` of a glyph, by shapes."""
        return f"{self.name(self.truth[row])} -> {self.name(self.answered[row])}"

    def named_by(self, row: int) -> list[str]:
        """The recognisers whose first answer is the shape of a glyph."""
        first = {name: given.shape[row, 0] for name, given in self.all_answers.items()}
        return [name for name, shape in first.items() if shape == self.truth[row]]

    def code_points(self, label: str) -> str:
        """`U+0644 U+0627` of a label."""
        return " ".join(f"U+{point:04X}" for point in self.items[label].code_points)

    def same_font_draws(self, row: int, shape: int) -> int | None:
        """Row of this shape in the font of a glyph, if it was asked about; of several the first."""
        fonts = self.questions.roster.fonts
        found = np.flatnonzero((fonts == fonts[row]) & (self.truth == shape))
        return int(found[0]) if len(found) else None
