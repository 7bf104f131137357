"""The tables of classes on disk."""

from pathlib import Path

import numpy as np
from PIL import Image

from rasm.report.class_tables import write_class_tables
from rasm.report.table import read_table


def test_worst_class_first_and_a_matrix_with_its_picture(tmp_path: Path) -> None:
    write_class_tables(tmp_path, np.array([*"aaab$"]), np.array([*"aabb$"]))
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
    write_class_tables(tmp_path, np.array([*"ab"]), np.array([*"ab"]))
    assert read_table(tmp_path / "confusion_matrix.csv") == []
    assert not (tmp_path / "confusion_matrix.png").exists()
