"""The tables of classes on disk."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rasm.report.class_tables import ClassAnswers, write_class_tables
from rasm.report.table import read_table


def answers(truth: str, answered: str) -> ClassAnswers:
    """Each question of a file of its own, all of one group."""
    files = np.array([f"{number}.png" for number in range(len(truth))])
    return ClassAnswers(np.array([*truth]), np.array([*answered]), files, np.full(len(files), "g"))


def test_worst_class_first_and_a_matrix_with_its_picture(tmp_path: Path) -> None:
    told = answers("aaab$", "aabb$")
    write_class_tables(tmp_path, told)
    again = ClassAnswers.read(tmp_path)
    for name, column in vars(told).items():
        np.testing.assert_array_equal(getattr(again, name), column)
    rows = read_table(tmp_path / "classes.csv")
    assert [(row["class"], row["recall"], row["support"]) for row in rows] == [
        *(("b", "1.000000", "1"), ("a", "0.666667", "3"), ("$", "1.000000", "1")),
    ]
    assert read_table(tmp_path / "confusion_matrix.csv") == [
        {"class": "a", "a": "2", "b": "1", "(another)": "0"},
        {"class": "b", "a": "0", "b": "1", "(another)": "0"},
    ]
    with Image.open(tmp_path / "confusion_matrix.png") as picture:
        assert picture.width > 100


def test_without_a_confusion_there_is_no_picture(tmp_path: Path) -> None:
    write_class_tables(tmp_path, answers("ab", "ab"))
    assert read_table(tmp_path / "confusion_matrix.csv") == []
    assert not (tmp_path / "confusion_matrix.png").exists()


def test_questions_are_told_apart_by_source_and_class(tmp_path: Path) -> None:
    twice = ClassAnswers(*(np.array([*"aab"]) for _ in range(4)))
    assert twice.questions() == [("a", "a", 0), ("a", "a", 1), ("b", "b", 0)]
    with pytest.raises(FileNotFoundError, match="answers.csv is missing.*dvc repro"):
        ClassAnswers.read(tmp_path)
    (tmp_path / "answers.csv").write_text("class,answered,source\na,a,1.png\n")
    with pytest.raises(ValueError, match="has no column 'group'"):
        ClassAnswers.read(tmp_path)
    (tmp_path / "answers.csv").write_text("class,answered,source,group\n")
    with pytest.raises(ValueError, match="has no answers"):
        ClassAnswers.read(tmp_path)
