"""Scores class by class, and which classes are taken for which, as tables and as a picture.

The answers themselves lie beside them, so that two runs can be compared question by question.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.classes import OTHER, ConfusionMatrix, class_scores, most_confused
from rasm.report.table import read_table, write_table
from rasm.store.atomic import replacing

_SHOWN = 24  # classes of a matrix whose names can be read
_LETTERS = 28  # of a name on the picture
_COLUMNS = ("class", "precision", "recall", "f1", "support", "answered")
_ANSWERS = "answers.csv"
_ASKED = ("class", "answered", "source", "group")


@dataclass(frozen=True)
class ClassAnswers:
    """Answers to N questions, each of a class, a source (font or file) and a group, all (N,)."""

    truth: NDArray[np.str_]
    answered: NDArray[np.str_]
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]  # family or ID

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Those of a run. Raises FileNotFoundError, and ValueError for a file of other columns."""
        path = folder / _ANSWERS
        if not path.is_file():
            raise FileNotFoundError(
                f"{path} is missing: a folder is wanted that `evaluate_corpus` or `evaluate` wrote,"
                " such as outputs/corpus_analysis/NAME; `dvc repro` writes it anew"
            )
        rows = read_table(path)
        try:
            columns = [[row[name] for row in rows] for name in _ASKED]
        except KeyError as error:
            raise ValueError(f"{path} has no column {error}: run `dvc repro`") from None
        if not rows:
            raise ValueError(f"{path} has no answers")
        return cls(*(np.array(column, dtype=np.str_) for column in columns))

    def write(self, folder: Path) -> None:
        """Write `answers.csv`."""
        rows = zip(*(getattr(self, name).tolist() for name in vars(self)), strict=True)
        lines = [dict(zip(_ASKED, row, strict=True)) for row in rows]
        write_table(folder / _ANSWERS, _ASKED, lines)

    def questions(self) -> list[tuple[str, str, int]]:
        """Source, class, and how many of both came before: what tells questions apart."""
        seen: Counter[tuple[str, str]] = Counter()
        told = []
        for pair in zip(self.sources.tolist(), self.truth.tolist(), strict=True):
            told.append((*pair, seen[pair]))
            seen[pair] += 1
        return told


def write_class_tables(folder: Path, answers: ClassAnswers, most: int = _SHOWN) -> None:
    """`answers.csv`, `classes.csv`, the worst first, `confusion_matrix.csv` and `.png`.

    The matrix holds the `most` confused classes; without a confusion there is no picture of it.
    """
    truth, answered = answers.truth, answers.answered
    answers.write(folder)
    rows = [{"class": row.name, **vars(row)} for row in class_scores(truth, answered)]
    write_table(folder / "classes.csv", _COLUMNS, [{k: r[k] for k in _COLUMNS} for r in rows])
    matrix = most_confused(truth, answered, most)
    columns = (*matrix.names, OTHER)
    lines = [
        {"class": name, **dict(zip(columns, counts, strict=True))}
        for name, counts in zip(matrix.names, matrix.counts.tolist(), strict=True)
    ]
    write_table(folder / "confusion_matrix.csv", ("class", *columns), lines)
    if matrix.names:
        _draw(folder / "confusion_matrix.png", matrix)


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"


def _draw(path: Path, matrix: ConfusionMatrix) -> None:
    """Rows are what was asked for, columns what was answered; colour is the share of the row."""
    import matplotlib.style
    from matplotlib.figure import Figure

    counts, columns = matrix.counts, [_short(name) for name in (*matrix.names, OTHER)]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with matplotlib.style.context(["default", {"text.parse_math": False}]):
        side = 1.6 + 0.3 * len(columns)
        figure = Figure(figsize=(side, side), layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
        axes.set_yticks(range(len(matrix.names)), columns[:-1], fontsize=7)
        axes.set(xlabel="answered", ylabel="asked for")
        for row, column in np.argwhere(counts).tolist():
            colour = "white" if shares[row, column] > 0.5 else "black"
            text = str(counts[row, column])
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=6)
        with replacing(path) as temporary:
            figure.savefig(temporary, format="png", dpi=120, metadata={"Software": None})
