"""Sheets of errors."""

from pathlib import Path

import numpy as np

from rasm.report.clusters import describe_clusters
from rasm.report.error_sheets import write_clusters, write_saliency
from tests.report.sheets import seen
from tests.report.toy_errors import errors

ERRORS = errors()


def test_what_decided_wrong_and_right_answers(tmp_path: Path) -> None:
    warm, cold = (np.full((8, 8), value, dtype=np.float32) for value in (1, -1))
    sheets = []
    for heats, wrong, right in (
        ({0: warm, 1: warm, 7: warm}, [7, 1], [0]),
        ({0: warm, 1: cold, 7: warm}, [7, 1], [0]),
        ({1: warm, 6: warm, 7: warm}, [7, 1], [6]),
    ):
        write_saliency(tmp_path / "saliency.png", ERRORS, heats, wrong, right, "Warm is warm.")
        sheets.append(seen(tmp_path / "saliency.png").tobytes())
    assert len(set(sheets)) == 3


def test_members_of_clusters_show_each_drawing_once(tmp_path: Path) -> None:
    """Rows 2 and 3 are one drawing: with room for two, 7 is the second."""
    sheets = []
    for rows, most in (([3, 2, 7], 2), ([3, 7, 2], 2), ([3, 2, 7], 1)):
        clusters = [np.array(rows), np.array([1, 4])]
        about = describe_clusters(ERRORS, clusters)
        write_clusters(tmp_path / "c.png", ERRORS, clusters, about, most)
        sheets.append(seen(tmp_path / "c.png").tobytes())
    assert sheets[0] == sheets[1] != sheets[2]
