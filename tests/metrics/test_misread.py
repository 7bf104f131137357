"""Noise or composition, on glyphs that can be counted."""

import numpy as np
import pytest

from rasm.metrics.labels import Answers
from rasm.metrics.misread import by_misread, compare
from tests.report.toy_errors import BEH, CLASS_OF, FATHA, KAF, TEH, TRUTH, errors

ERRORS = errors()
MISREAD = np.array([0, 2, 3, 1, 0, 0, 1, 20])
INKED = np.array([10, 10, 10, 10, 10, 10, 10, 40])

# With true grids 1 and 7 are mended, 5 is spoilt, 2 errs otherwise and 3 and 4 stay as they are.
SHAPES = np.array([BEH, TEH, TEH, FATHA, TEH, BEH, KAF, FATHA])
STRICT = np.array([0, 4, 4, 1, 4, 0, 2, 1])
WITH_TRUE = Answers(STRICT[:, None], SHAPES[:, None], STRICT[:, None])


def test_by_hand() -> None:
    found = compare(ERRORS.questions, ERRORS.answers, WITH_TRUE, MISREAD, INKED)
    assert (found["glyphs"], found["errors"]) == (8, 5)
    assert found["errors_mended_by_true_grid"] == 2
    assert found["errors_made_by_true_grid"] == 1
    assert found["errors_left_by_true_grid"] == 3
    assert found["shape_top1"] == 3 / 8
    assert found["true_grid_shape_top1"] == 4 / 8
    assert found["strict_top1"] == np.mean(ERRORS.answers.strict[:, 0] == TRUTH)
    assert found["true_grid_strict_top1"] == 4 / 8
    assert found["misread_cells_of_wrong"] == pytest.approx((2 + 3 + 1 + 0 + 20) / 5)
    assert found["misread_share_of_wrong"] == pytest.approx((0.2 + 0.3 + 0.1 + 0 + 0.5) / 5)
    assert found["misread_cells_of_right"] == pytest.approx(1 / 3)


def test_nothing_wrong_has_no_mean() -> None:
    truth = CLASS_OF[TRUTH]
    perfect = Answers(TRUTH[:, None], truth[:, None], TRUTH[:, None])
    found = compare(ERRORS.questions, perfect, perfect, MISREAD, INKED)
    assert found["errors"] == found["errors_mended_by_true_grid"] == 0
    assert "misread_cells_of_wrong" not in found
    assert all(np.isfinite(value) for value in found.values())


def test_table_by_misread_cells() -> None:
    rows = list(by_misread(ERRORS.questions, ERRORS.answers, WITH_TRUE, MISREAD))
    assert [(row["misread_cells"], row["glyphs"]) for row in rows] == [
        ("0", 3),  # rows 0, 4, 5
        ("1", 2),  # 3, 6
        ("2-3", 2),  # 1, 2
        ("16+", 1),  # 7
    ]
    assert [row["shape_top1"] for row in rows] == [2 / 3, 1 / 2, 0, 0]
    assert [row["true_grid_shape_top1"] for row in rows] == [1 / 3, 1 / 2, 1 / 2, 1]
