"""The table of the cross-validation, by hand."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from rasm.metrics.labels import READINGS
from rasm.report.crossval import (
    CROSSVAL_COLUMNS,
    crossval_page,
    crossval_table,
    stack,
    worst_families,
)
from rasm.report.summary import RECOGNISERS
from rasm.report.table import read_table, write_table


def rows(path: Path) -> list[dict[str, str]]:
    """Two families, the second of three times as many glyphs; the fusion is the best."""
    write_table(
        path,
        CROSSVAL_COLUMNS,
        [
            {
                **dict(fold=f"fold-{at}", recogniser=name, family=family, glyphs=glyphs),
                **{f"{key}_top1": right + 0.05 * place for key in READINGS},
                **{f"{key}_top1_ceiling": 1.0 for key in READINGS},
                **dict(commit="abc", date="2026-11-26", machine="a CPU"),
            }
            for at, family, glyphs, right in ((0, "Oi", 100, 0.4), (1, "Amiri", 300, 0.8))
            for place, name in enumerate(RECOGNISERS)
        ],
    )
    return read_table(path)


def test_means_are_over_families_and_over_glyphs(tmp_path: Path) -> None:
    line = crossval_table(rows(tmp_path / "crossval.csv")).splitlines()[-1]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    # .15 more than phase 2: .55 and .95; the ends of the interval are either family twice
    assert cells == ["font", "letter", "75.0 (55.0 to 95.0)", "100.0", "85.0", "55.0"]


def test_the_page_has_the_families_the_worst_first(tmp_path: Path) -> None:
    found = rows(tmp_path / "crossval.csv")
    assert [row["family"] for row in worst_families(found)] == ["Oi", "Amiri"]
    page = crossval_page(found)
    assert "2 folds" in page and "a CPU" in page
    assert page.index("| Oi | 100 | 50.0 |") < page.index("| Amiri | 300 | 90.0 |")


def test_sheets_stand_one_under_the_other(tmp_path: Path) -> None:
    files = []
    for shade, height in ((0, 3), (255, 5)):
        buffer = BytesIO()
        Image.new("RGB", (4, height), (shade,) * 3).save(buffer, format="PNG")
        files.append(buffer.getvalue())
    stack(tmp_path / "page.png", files)
    page = np.asarray(Image.open(tmp_path / "page.png"))
    assert page.shape == (8, 4, 3)
    assert (page[:3] == 0).all() and (page[3:] == 255).all()


def test_sets_are_told_of_folds_that_have_them(tmp_path: Path) -> None:
    found = rows(tmp_path / "crossval.csv")
    assert "Conformal sets" not in crossval_page(found)
    covered = {"Oi": ("0.8", "4.0"), "Amiri": ("1.0", "2.0")}
    told = [
        {**row, "coverage": covered[row["family"]][0], "set_size": covered[row["family"]][1]}
        if row["recogniser"] == "fusion"
        else row
        for row in found
    ]
    line = next(line for line in crossval_page(told).splitlines() if line.endswith(" 3.00 |"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["fusion", "90.0 (80.0 to 100.0)", "80.0", "3.00"]
