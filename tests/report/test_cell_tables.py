"""Tables of phase 1's errors, and their sheet read back, on cells of two by two pixels."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from rasm.primitives.patterns import ReadCells
from rasm.report.cell_tables import (
    Mistake,
    cell_confusions,
    cells_by_frequency,
    mistakes,
    write_cell_tables,
)

CENTROIDS = np.array([[1, 1, 1, 1], [1, 0, 0, 0], [1, 0.5, 0, 0]], dtype=np.float32)
TRAIN_USE = np.array([0, 5000, 250, 0])
BITS = np.array(
    [[0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0]], dtype=np.float32
)
READ = ReadCells(
    BITS,
    predicted=np.array([0, 1, 2, 3, 3]),
    truth=np.array([0, 1, 2, 2, 2]),
    occurrences=np.array([90, 60, 30, 8, 2]),
)


def test_accuracy_by_cells_in_training() -> None:
    """Primitive 2 is right in 30 cells of 40, 1 always; 3 was never used and never asked."""
    assert list(cells_by_frequency(READ, TRAIN_USE)) == [
        {"training_cells": "000000-000000", "primitives": 1, "cells": 0, "accuracy": ""},
        {"training_cells": "000200-000299", "primitives": 1, "cells": 40, "accuracy": 0.75},
        {"training_cells": "005000-009999", "primitives": 1, "cells": 60, "accuracy": 1.0},
    ]


def test_a_bucket_without_end() -> None:
    (row,) = cells_by_frequency(READ, np.array([0, 10**6, 10**5, 10**5]))
    assert row["training_cells"] == "100000+"
    assert row["primitives"] == 3


def test_mistakes_by_cells_with_the_pattern_most_often_misread() -> None:
    assert mistakes(READ, 5) == [Mistake(2, 3, cells=10, example=3)]
    assert mistakes(READ, 0) == []
    several = ReadCells(
        np.zeros((4, 4), np.float32),
        predicted=np.array([1, 0, 2, 2]),
        truth=np.array([2, 3, 1, 1]),
        occurrences=np.array([4, 9, 2, 3]),
    )
    assert mistakes(several, 2) == [Mistake(3, 0, 9, 1), Mistake(1, 2, 5, 3)]


def test_confusions_say_how_far_apart_the_two_are() -> None:
    """2 and 3 differ by half a pixel and are neighbours; from 3 the empty cell comes second."""
    near, far = cell_confusions([Mistake(2, 3, 10, 3), Mistake(3, 0, 1, 0)], CENTROIDS)
    assert near == {
        "pair": "2 -> 3",
        "actual": 2,
        "predicted": 3,
        "cells": 10,
        "distance": 0.5,
        "neighbour_rank": 1,
    }
    assert (far["distance"], far["neighbour_rank"]) == (1.25**0.5, 2)


def test_sheet_shows_cell_truth_and_answer_below_each_other(tmp_path: Path) -> None:
    write_cell_tables(tmp_path, READ, TRAIN_USE, CENTROIDS, most=5)
    with Image.open(tmp_path / "confusions.png") as image:
        sheet = np.asarray(image)
    assert sheet.shape == (3 * 14 + 2, 14 + 2)  # two pixels six times enlarged, and gaps of two
    rows = [sheet[top : top + 12 : 6, 2:14:6].ravel().tolist() for top in (2, 16, 30)]
    assert rows == [[0, 0, 255, 255], [0, 255, 255, 255], [0, 127, 255, 255]]


def test_tables_are_written_with_their_heads(tmp_path: Path) -> None:
    write_cell_tables(tmp_path, READ, TRAIN_USE, CENTROIDS, most=5)
    with (tmp_path / "confusions.csv").open(newline="") as file:
        assert [row["pair"] for row in csv.DictReader(file)] == ["2 -> 3"]
    with (tmp_path / "frequency.csv").open(newline="") as file:
        assert [row["accuracy"] for row in csv.DictReader(file)] == ["", "0.750000", "1.000000"]


def test_a_faultless_reading_has_tables_and_no_sheet(tmp_path: Path) -> None:
    faultless = ReadCells(BITS, READ.truth, READ.truth, READ.occurrences)
    write_cell_tables(tmp_path, faultless, TRAIN_USE, CENTROIDS, most=5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confusions.csv", "frequency.csv"]
