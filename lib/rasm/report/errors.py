"""The answers of phase 2 to N test glyphs, gathered to be looked into: who was taken for whom.

What an error confuses: dots, forms, letters, or one kind of character with another.

A list of a thousand confusions says little; how many of them lost only the dots says where to work.
Two letters have the same skeleton, or rasm, when their joining groups say so; and inside a word the
groups of beh, noon and yeh are the same tooth, those of feh and qaf the same loop (Unicode, section
9.2, Arabic joining groups).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rasm.fonts.inventory import Item
from rasm.metrics.labels import Answers, Questions
from rasm.report.breakdown import shape_name

_TOOTH = {"BEH", "NOON", "AFRICAN NOON", "NYA", "YEH", "FARSI YEH", "THIN YEH"}


_LOOP = {"FEH", "QAF", "AFRICAN FEH", "AFRICAN QAF"}


_SIGNS = ("diacritic", "digit", "punctuation", "symbol")


# From the gentlest to the gravest.
ERROR_TYPES = {
    "dots": "same skeleton and form, other dots",
    "form": "same skeleton, other form",
    "letter": "other skeleton, same form",
    "letter_and_form": "other skeleton, other form",
    "sign": "other mark, digit, punctuation or symbol of its class",
    "class": "another class of character: letter, ligature, mark, digit, ...",
}


def error_type(actual: Item, answered: Item) -> str:
    """The key of ERROR_TYPES for two different items."""
    if _class(actual) != _class(answered):
        return "class"
    if _class(actual) in _SIGNS:
        return "sign"
    same_form = actual.form == answered.form
    if _skeletons(actual) & _skeletons(answered):
        return "dots" if same_form else "form"
    return "letter" if same_form else "letter_and_form"


def gentlest_type(actual: Item, answered: Iterable[Item]) -> str:
    """The first key of ERROR_TYPES that holds for any item answered with; they look alike."""
    found = {error_type(actual, item) for item in answered}
    return next(kind for kind in ERROR_TYPES if kind in found)


def _class(item: Item) -> str:
    return item.char_class if item.char_class in (*_SIGNS, "ligature") else "letter"


def _skeletons(item: Item) -> set[tuple[str, ...]]:
    """An item's joining groups, and what they look like in its form; without any, its own name."""
    groups = (item.joining_group or item.label.removesuffix(f"_{item.form}")).split("+")
    before_another = [True] * (len(groups) - 1) + [item.form in ("init", "medi")]
    looks = [_look(g) if hidden else g for g, hidden in zip(groups, before_another, strict=True)]
    return {tuple(groups), tuple(looks)}


def _look(group: str) -> str:
    if group in _TOOTH:
        return "tooth"
    return "loop" if group in _LOOP else group


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
class Errors:
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
    def types(self) -> dict[int, str]:
        """The kind of error of each wrong row, see `rasm.report.errors`."""
        return {
            row: gentlest_type(
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


def evenly(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """At most `count` of the rows, from the first to the last at equal steps."""
    places = np.linspace(0, len(rows) - 1, min(count, len(rows)))
    return rows[places.astype(np.int64)]
