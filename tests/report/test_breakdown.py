"""The small tables behind the plots."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from rasm.metrics.labels import READINGS, Answers, Questions
from rasm.report.breakdown import (
    by_family,
    by_frequency,
    shape_confusions,
    shape_name,
    write_tables,
)
from rasm.store.manifest import Roster

LABELS = np.array([0, 1, 1, 2, 2, 2])
GIVEN = np.array([0, 1, 0, 1, 1, 0])
QUESTIONS = Questions(
    Roster(
        glyph_ids=np.arange(6),
        labels=LABELS,
        fonts=np.array(list("ffffgg")),
        families=np.array(["Oi"] * 4 + ["Cairo"] * 2),
        char_classes=np.array(["isol"] * 6),
        is_diacritic=np.zeros(6, dtype=bool),
        cues=np.zeros((6, 4), dtype=np.float32),
    ),
    pictures=[b""] * 6,
    classes=LABELS // 2,  # 0 and 1 are one, 2 is the other
    letters=np.array([0, 1, 1, 0, 0, 0]),  # label 2 is a form of label 0
    may_be=np.array([[True, True], [True, False]]),
    families=np.array(["Oi"] * 4 + ["Cairo"] * 2),
)
ANSWERS = Answers(GIVEN[:, None], GIVEN[:, None] // 2, np.array([0, 1, 0, 1, 1, 0])[:, None])


def scores(*top1: float) -> dict[str, float]:
    return {f"{reading}_top1": value for reading, value in zip(READINGS, top1, strict=True)}


def test_by_family() -> None:
    """Six glyphs of one picture: at best those of the commonest label, shape and letter."""
    most = {f"{key}_ceiling" for key in scores(0, 0, 0, 0)}
    found = by_family(QUESTIONS, ANSWERS)
    assert [{key: value for key, value in row.items() if key not in most} for row in found] == [
        {"family": "Cairo", "glyphs": 2} | scores(0.0, 0.0, 0.5, 1.0),
        {"family": "Oi", "glyphs": 4} | scores(0.5, 0.75, 0.5, 1.0),
    ]
    assert [[row[key] for key in sorted(most)] for row in found] == [
        [1, 0, 1, 1],
        [1, 0.75, 0.25, 0.5],
    ]


def test_by_frequency_in_buckets_that_sort_as_text() -> None:
    """Label 0 has 7 training glyphs, label 1 has 9, label 2 has 200."""
    rows = by_frequency(QUESTIONS, ANSWERS, np.array([7, 9, 200]))
    assert rows == [
        {"training_glyphs": "005-009", "glyphs": 3} | scores(2 / 3, 1.0, 2 / 3, 1.0),
        {"training_glyphs": "200+", "glyphs": 3} | scores(0.0, 0.0, 1 / 3, 1.0),
    ]
    names = [
        by_frequency(QUESTIONS, ANSWERS, np.full(3, count))[0]["training_glyphs"]
        for count in (0, 1, 4, 5, 19, 20, 99, 100, 199, 200)
    ]
    expected = "000-000 001-004 001-004 005-009 010-019 020-049 050-099 100-199 100-199 200+"
    assert names == expected.split()
    assert names == sorted(names)


def test_confusions_most_frequent_first() -> None:
    truth, given = np.array([0, 0, 0, 1, 2, 2]), np.array([1, 1, 0, 2, 1, 0])
    questions = replace(QUESTIONS, classes=truth)
    rows = shape_confusions(questions, replace(ANSWERS, shape=given[:, None]), ["a", "b", "c"], 3)
    assert rows[0] == {"pair": "a -> b", "actual": "a", "predicted": "b", "glyphs": 2}
    assert [row["pair"] for row in rows] == ["a -> b", "b -> c", "c -> a"]


def test_tables_are_stable_text(tmp_path: Path) -> None:
    """The shapes are named; the one confusion is of the second shape with the first."""
    write_tables(tmp_path, QUESTIONS, ANSWERS, np.array([7, 9, 200]), ["beh", "reh"], most=40)
    assert (tmp_path / "families.csv").read_text() == (
        "family,glyphs,strict_top1,shape_top1,text_top1,letter_top1,"
        "strict_top1_ceiling,shape_top1_ceiling,text_top1_ceiling,letter_top1_ceiling\n"
        "Cairo,2,0.000000,0.000000,0.500000,1.000000,1.000000,0.000000,1.000000,1.000000\n"
        "Oi,4,0.500000,0.750000,0.500000,1.000000,0.250000,0.750000,0.500000,1.000000\n"
    )
    assert (tmp_path / "frequency.csv").read_text() == (
        "training_glyphs,glyphs,strict_top1,shape_top1,text_top1,letter_top1\n"
        "005-009,3,0.666667,1.000000,0.666667,1.000000\n"
        "200+,3,0.000000,0.000000,0.333333,1.000000\n"
    )
    assert (tmp_path / "confusions.csv").read_text() == (
        "pair,actual,predicted,glyphs\nreh -> beh,reh,beh,3\n"
    )


def test_a_table_without_rows_keeps_its_header(tmp_path: Path) -> None:
    right = Answers(*(column[:, None] for column in (LABELS, QUESTIONS.classes, QUESTIONS.letters)))
    write_tables(tmp_path, QUESTIONS, right, np.array([7, 9, 200]), ["beh", "reh"], most=40)
    assert (tmp_path / "confusions.csv").read_text() == "pair,actual,predicted,glyphs\n"


def test_a_shape_is_named_by_its_first_label() -> None:
    assert shape_name(["beh"]) == "beh"
    assert shape_name(["heh", "heh_goal", "ae"]) == "heh (+2)"
