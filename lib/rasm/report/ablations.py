"""The ablations as a table: each row is one change, each number stands beside its difference.

What differs by less than runs from other seeds differ is chance as far as anyone can tell, so it is
put in parentheses. The table is made of docs/ablations.csv alone, which holds all the numbers.
"""

from collections.abc import Mapping, Sequence

METRICS = (
    "strict_top1",
    "shape_top1",
    "shape_top10",
    "diacritics_strict_top1",
    "diacritics_shape_top1",
)
_TRAINED = ("train_phase1", "train_phase2", "train_baseline")
ABLATION_COLUMNS = (
    *("row", "kind", "change", "question", "commit", "date", "machine"),
    *("glyphs", "shape_ceiling", "phase1_accuracy_inked"),
    *("two_phase_val_shape_top1", "baseline_val_shape_top1"),
    *(f"{model}_{metric}" for model in ("two_phase", "baseline", "fusion") for metric in METRICS),
    *(f"{stage}_seconds" for stage in _TRAINED),
)
"""Of docs/ablations.csv. `kind`: reference | seed (the same from another seed) | change."""

# column of the file -> heading
_SHOWN = {
    "two_phase_val_shape_top1": "2-phase val",
    "baseline_val_shape_top1": "baseline val",
    "two_phase_strict_top1": "2-phase strict",
    "two_phase_shape_top1": "2-phase shape",
    "baseline_strict_top1": "baseline strict",
    "baseline_shape_top1": "baseline shape",
    "fusion_shape_top1": "fusion shape",
    "two_phase_diacritics_shape_top1": "diacritics",
}
_HEAD = """\
# Ablations

Each row changes one thing of the row `reference` and trains anew what depends on it. Accuracy is
top-1 in percent, and beside it stands the difference from the reference in points; `=` is the very
same number. **Choices are made by the two columns `val`**, the shape top-1 of the validation
families in the best epoch; the others are of the test families and only report.

* *2-phase* is the two-phase model, *baseline* the one-stage CNN straight on the pixels, *fusion*
  both together; *diacritics* is the shape top-1 of the two-phase model on these alone. The README
  explains *strict* and *shape*.
CHANCE
* † This row asks about other glyphs or merges other labels into shapes than the reference: its
  accuracy is of a slightly different question.
* *trained* gives the seconds of the stages that the row had to train (p1 and p2 are the phases);
  the others came from the run cache.
"""
_FOOT = """\
To replay a row: `dvc exp run -S SETTING ...` with the settings of the reference and of the row. All
of them: `make ablations`, then `make ablation-table`, which reads the experiments and writes this
page and [ablations.csv](ablations.csv), where more columns are.
"""

_CHANCE = """\
* In parentheses: differences no larger than those between seeds, which the last line of the table
  gives as largest minus smallest of the reference and the rows `seed-...`. They show nothing."""
_UNKNOWN_CHANCE = """\
* No row from another seed has been run yet: which differences are chance is not known."""

AblationRow = Mapping[str, str]


def page(rows: Sequence[AblationRow]) -> str:
    """The whole document, in Markdown."""
    reference = _reference(rows)
    made = (
        f"Run on {reference['machine']}, at commit {reference['commit']}, "
        f"{max(row['date'] for row in rows)}."
    )
    chance = _CHANCE if any(row["kind"] == "seed" for row in rows) else _UNKNOWN_CHANCE
    head = _HEAD.replace("CHANCE", chance)
    asked = "\n".join(_asked(row) for row in rows)
    return "\n".join(
        [head, made, "", ablation_table(rows), "", "## What they ask", "", asked, "", _FOOT]
    )


def ablation_table(rows: Sequence[AblationRow]) -> str:
    """The rows as a Markdown table, aligned so that it can be read as it stands."""
    reference = _reference(rows)
    spreads = {column: seed_spread(rows, column) for column in _SHOWN}
    lines = [["", *_SHOWN.values(), "trained, s"]]
    for row in rows:
        cells = [cell(row, reference, column, spreads[column]) for column in _SHOWN]
        mark = " †" if _asks_otherwise(row, reference) else ""
        lines.append([row["row"] + mark, *cells, _trained(row)])
    if any(value is not None for value in spreads.values()):
        known = ["" if v is None else f"{100 * v:.1f}" for v in spreads.values()]
        lines.append(["*between seeds*", *known, ""])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def seed_spread(rows: Sequence[AblationRow], column: str) -> float | None:
    """Largest minus smallest over the seeds, the reference included; None with less than two."""
    values = [float(row[column]) for row in rows if row["kind"] != "change" and row[column]]
    return max(values) - min(values) if len(values) > 1 else None


def cell(row: AblationRow, reference: AblationRow, column: str, chance: float | None) -> str:
    """`74.8 +1.2`, or `74.8 (+0.2)` where that is no more than chance; `=` for the same number."""
    if not row[column] or not reference[column]:
        return ""
    value, difference = float(row[column]), float(row[column]) - float(reference[column])
    if row is reference:
        return f"{100 * value:.1f}"
    if difference == 0:
        return "="
    points = f"{100 * difference:+.1f}"
    by_chance = chance is not None and abs(difference) <= chance + 1e-9
    return f"{100 * value:.1f} " + (f"({points})" if by_chance else points)


def _reference(rows: Sequence[AblationRow]) -> AblationRow:
    for row in rows:
        if row["kind"] == "reference":
            return row
    raise ValueError("there is no row `reference` to compare with: run `make ablations`")


def _asks_otherwise(row: AblationRow, reference: AblationRow) -> bool:
    return any(row[column] != reference[column] for column in ("glyphs", "shape_ceiling"))


def _trained(row: AblationRow) -> str:
    names = dict(zip(_TRAINED, ("p1", "p2", "baseline"), strict=True))
    known = {name: row[f"{stage}_seconds"] for stage, name in names.items()}
    return ", ".join(f"{name} {float(spent):.0f}" for name, spent in known.items() if spent)


def _asked(row: AblationRow) -> str:
    settings = " ".join(f"`{setting}`" for setting in row["change"].split())
    return f"* **{row['row']}** {row['question']} {settings}".rstrip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = [text.rjust(width) for text, width in zip(cells[1:], widths[1:], strict=True)]
    return "| " + " | ".join([first, *rest]) + " |"
