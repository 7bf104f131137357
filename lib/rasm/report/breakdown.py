"""Where a recogniser is good and where not, as small tables for `dvc plots`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.labels import READINGS, Answers, Questions, families, hit_within, hits
from rasm.report.table import write_table

_BUCKETS = (1, 5, 10, 20, 50, 100, 200)


def by_family(questions: Questions, answers: Answers) -> list[dict[str, object]]:
    """Top-1 of each family, and the most that its pictures allow."""
    right, best = hits(questions, answers), questions.ceilings
    return [
        {
            "family": name,
            **_top1(right, rows),
            **{f"{key}_top1_ceiling": hit_within(found[rows], 1) for key, found in best.items()},
        }
        for name, rows in families(questions)
    ]


def by_frequency(
    questions: Questions, answers: Answers, train_counts: NDArray[np.int64]
) -> list[dict[str, object]]:
    """Top-1 of labels by how many training glyphs (L,) they have."""
    bucket = np.digitize(train_counts[questions.roster.labels], _BUCKETS)
    right = hits(questions, answers)
    return [
        {"training_glyphs": _bucket_name(b), **_top1(right, bucket == b)}
        for b in np.unique(bucket).tolist()
    ]


def _top1(right: Mapping[str, NDArray[np.bool_]], rows: NDArray[np.bool_]) -> dict[str, object]:
    return {
        "glyphs": int(rows.sum()),
        **{f"{name}_top1": hit_within(found[rows], 1) for name, found in right.items()},
    }


def shape_confusions(
    questions: Questions, answers: Answers, names: Sequence[str], most: int
) -> list[dict[str, object]]:
    """The most frequent (true shape class, answered one) pairs that differ, by their names."""
    truth, given = questions.classes, answers.shape[:, 0]
    wrong = truth != given
    pairs = Counter(zip(truth[wrong].tolist(), given[wrong].tolist(), strict=True))
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [
        {
            "pair": f"{names[a]} -> {names[b]}",
            "actual": names[a],
            "predicted": names[b],
            "glyphs": count,
        }
        for (a, b), count in ordered
    ]


def shape_name(members: Sequence[str]) -> str:
    """A shape class by its commonest label, and how many others it has.

    >>> shape_name(["kaf_medi", "keheh_medi"])
    'kaf_medi (+1)'
    """
    others = len(members) - 1
    return f"{members[0]} (+{others})" if others else members[0]


def write_tables(
    folder: Path,
    questions: Questions,
    answers: Answers,
    train_counts: NDArray[np.int64],
    names: Sequence[str],
    *,
    most: int,
) -> None:
    """All three as comma-separated files."""
    accuracy = ("glyphs", *(f"{reading}_top1" for reading in READINGS))
    ceiling = [f"{key}_ceiling" for key in accuracy[1:]]
    for name, columns, rows in (
        ("families", ("family", *accuracy, *ceiling), by_family(questions, answers)),
        (
            "frequency",
            ("training_glyphs", *accuracy),
            by_frequency(questions, answers, train_counts),
        ),
        (
            "confusions",
            ("pair", "actual", "predicted", "glyphs"),
            shape_confusions(questions, answers, names, most),
        ),
    ):
        write_table(folder / f"{name}.csv", columns, rows)


def _bucket_name(bucket: int) -> str:
    if bucket == len(_BUCKETS):
        return f"{_BUCKETS[-1]}+"
    low = _BUCKETS[bucket - 1] if bucket else 0
    return f"{low:03d}-{_BUCKETS[bucket] - 1:03d}"
