"""Compares two runs class by class: `python -m experiments.classes BEFORE AFTER`, two folders.

Such a folder is outputs/corpus_analysis/CORPUS or outputs/plots/evaluate/RECOGNISER. Both runs must
have been asked the same of the test: the same pictures, of the same classes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rasm.metrics.classes import F1Change, f1_changes
from rasm.metrics.intervals import IntervalParams
from rasm.report.class_tables import ClassAnswers
from rasm.report.terminal import ending_with, say, show_table

_INTERVALS = IntervalParams(resamples=2000, level=0.95)
_SEED = 0


def main(arguments: Sequence[str]) -> int:
    """Exit status 0; 2 where the runs cannot be compared."""
    parser = argparse.ArgumentParser(prog="python -m experiments.classes", description=__doc__)
    parser.add_argument("before", type=Path, help="folder of a run's tables of classes")
    parser.add_argument("after", type=Path, help="the same of the run to compare with it")
    parser.add_argument("--most", type=int, default=20, help="classes to list")
    asked = parser.parse_args(arguments)
    with ending_with(2):
        before, after = ClassAnswers.read(asked.before), ClassAnswers.read(asked.after)
        changes = compare(before, after, (asked.before, asked.after))
    show(changes, len(np.unique(before.groups)), asked.most)
    return 0


def compare(
    before: ClassAnswers, after: ClassAnswers, folders: tuple[Path, Path]
) -> list[F1Change]:
    """As `f1_changes`. Raises ValueError naming a question that one of the runs was not asked."""
    questions, places = before.questions(), {q: row for row, q in enumerate(after.questions())}
    lacking = [(folders[1], question) for question in questions if question not in places]
    lacking += [(folders[0], question) for question in places.keys() - set(questions)]
    if lacking:
        folder, (source, name, _) = min(lacking)
        raise ValueError(
            f"{folder} was not asked {source!r} of class {name!r}, and the other was;"
            f" {len(lacking)} questions differ: give both runs the same test pictures"
        )
    rows = [places[question] for question in questions]
    answers = before.truth, before.answered, after.answered[rows]
    return f1_changes(*answers, before.groups, _INTERVALS, _SEED)


def show(changes: Sequence[F1Change], groups: int, most: int) -> None:
    """Print the mean, the classes that changed most, and how many changed beyond chance.

    `low` and `high` are the ends of the interval of the change, in which 95% of draws fall.
    """
    mean, *classes = changes
    say(f"{mean.support} pictures of {groups} groups, {len(classes)} classes")
    columns = ("class", "pictures", "F1 before", "after", "change", "low", "high", "")
    rows = [
        (
            row.name,
            str(row.support),
            f"{row.before:.4f}",
            f"{row.after:.4f}",
            f"{row.change:+.4f}",
            f"{row.low:+.3f}",
            f"{row.high:+.3f}",
            "*" if row.is_told else "",
        )
        for row in (mean, *classes[:most])
    ]
    show_table(columns, rows)
    told = [row for row in classes if row.is_told]
    rising = sum(row.change > 0 for row in told)
    chance = (1 - _INTERVALS.level) * len(classes)
    say(f"* the interval leaves out 0: {rising} classes rise so, {len(told) - rising} fall")
    say(f"  of {len(classes)} classes about {chance:.1f} may by chance alone")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
