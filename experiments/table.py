"""Prints the table of the ablations and writes docs/ablations.md: `python -m experiments.table`.

The numbers are those of the experiments at this commit, and go to docs/ablations.csv. Where there
are none, as in a fresh clone, the table is that of docs/ablations.csv as it stands.
"""

import sys
from pathlib import Path

from experiments.plan import read_plan
from experiments.results import collect
from experiments.run import PLAN, ROOT
from rasm.report.ablations import ABLATION_COLUMNS, ablation_table, page
from rasm.report.table import read_table, write_table


def main(root: Path) -> int:
    """Exit status 1 when there is nothing to show, or when what there is cannot be compared."""
    numbers, document = root / "docs/ablations.csv", root / "docs/ablations.md"
    try:
        plan = read_plan(root / PLAN)
        if found := collect(root, plan):
            write_table(numbers, ABLATION_COLUMNS, found)
        elif not numbers.exists():
            raise ValueError("no ablation has been run: run `make ablations`")
        rows = read_table(numbers)
        text = page(rows)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    document.write_text(text, encoding="utf-8")
    print(ablation_table(rows))
    waiting = [e.name for e in plan.experiments() if e.name not in {row["row"] for row in rows}]
    if not found:
        print(f"\nas in docs/{numbers.name}: this commit has no experiments", file=sys.stderr)
    elif waiting:
        print(f"\nnot run yet: {', '.join(waiting)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(ROOT))
