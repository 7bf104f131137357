"""The table of the ablations, on rows small enough to compare by eye."""

from pathlib import Path

import pytest

from rasm.report.ablations import (
    ABLATION_COLUMNS,
    ablation_table,
    cell,
    page,
    seed_spread,
)
from rasm.report.table import read_table, write_table

SHAPE = "two_phase_shape_top1"


def row(name: str, kind: str = "change", **numbers: float | str) -> dict[str, str]:
    about = {"row": name, "kind": kind, "change": "a.b=1 c.d=2", "question": "Does it help?"}
    about |= {"commit": "abc", "date": "2026-01-01", "machine": "an abacus"}
    about |= {"glyphs": "100", "shape_ceiling": "0.9"}
    return (
        dict.fromkeys(ABLATION_COLUMNS, "")
        | about
        | {key: str(value) for key, value in numbers.items()}
    )


def rows() -> list[dict[str, str]]:
    return [
        row("reference", "reference", **{SHAPE: 0.7, "baseline_shape_top1": 0.6}),
        row("seed-43", "seed", **{SHAPE: 0.71, "baseline_shape_top1": 0.6}),
        row("seed-44", "seed", **{SHAPE: 0.69, "baseline_shape_top1": 0.6}),
        row("better", **{SHAPE: 0.75, "baseline_shape_top1": 0.6}),
        row("same", **{SHAPE: 0.685, "train_phase1_seconds": 9.6, "train_phase2_seconds": 75}),
    ]


def cells_of(text: str) -> dict[str, dict[str, str]]:
    """Row -> heading -> cell of a Markdown table."""
    lines = [[part.strip() for part in line.split("|")[1:-1]] for line in text.splitlines()]
    head, _, *body = lines
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in body}


def test_spread_is_of_the_reference_and_its_seeds() -> None:
    assert seed_spread(rows(), SHAPE) == pytest.approx(0.02)  # 0.69 to 0.71; 0.75 is a change
    assert seed_spread(rows()[:1], SHAPE) is None
    assert seed_spread(rows(), "fusion_shape_top1") is None  # not known


def test_a_difference_no_larger_than_chance_is_in_parentheses() -> None:
    reference = rows()[0]
    for value, chance, said in [
        (0.75, 0.02, "75.0 +5.0"),
        (0.65, 0.02, "65.0 -5.0"),
        (0.715, 0.02, "71.5 (+1.5)"),
        (0.72, 0.02, "72.0 (+2.0)"),  # as large as chance
        (0.7, 0.02, "="),
        (0.7, None, "="),
        (0.701, None, "70.1 +0.1"),  # chance is not known
        ("", 0.02, ""),
    ]:
        assert cell(row("x", **{SHAPE: value}), reference, SHAPE, chance) == said
    assert cell(reference, reference, SHAPE, 0.02) == "70.0"


def test_rows_stand_beside_the_reference() -> None:
    cells = cells_of(ablation_table(rows()))
    assert cells["reference"]["2-phase shape"] == "70.0"
    assert cells["better"]["2-phase shape"] == "75.0 +5.0"
    assert cells["better"]["baseline shape"] == "="
    assert cells["same"]["2-phase shape"] == "68.5 (-1.5)"
    assert cells["same"]["baseline shape"] == ""
    assert cells["same"]["trained, s"] == "p1 10, p2 75"
    assert cells["*between seeds*"]["2-phase shape"] == "2.0"
    assert cells["*between seeds*"]["fusion shape"] == ""


@pytest.mark.parametrize("column", ["glyphs", "shape_ceiling"])
def test_another_question_is_marked(column: str) -> None:
    cells = cells_of(ablation_table([*rows(), row("other", **{column: "0.5"})]))
    assert "other †" in cells
    assert "better" in cells


def test_the_page_says_what_was_asked_where_and_when() -> None:
    text = page(rows())
    for said in ("an abacus", "abc", "2026-01-01", "Does it help?", "`a.b=1` `c.d=2`"):
        assert said in text
    assert ablation_table(rows()) in text
    without_seeds = [found for found in rows() if found["kind"] != "seed"]
    assert page(without_seeds).replace(ablation_table(without_seeds), "") not in text


def test_without_a_reference_nothing_can_be_said() -> None:
    with pytest.raises(ValueError, match="run `make ablations`"):
        ablation_table(rows()[1:])


def test_the_page_comes_from_the_file_alone(tmp_path: Path) -> None:
    content = [{key: value or None for key, value in found.items()} for found in rows()]
    write_table(tmp_path / "ablations.csv", ABLATION_COLUMNS, content)
    assert page(read_table(tmp_path / "ablations.csv")) == page(rows())


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "numbers", list(ROOT.glob("docs/ablations.csv")), ids=lambda path: path.name
)
def test_the_document_is_that_of_the_numbers(numbers: Path) -> None:
    text = numbers.with_suffix(".md").read_text(encoding="utf-8")
    assert text == page(read_table(numbers)), "run `make ablation-table`"
