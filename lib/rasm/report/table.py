"""Small tables as comma-separated files, fractions to six places, so that reviews show changes."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rasm.store.atomic import replacing


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a header and the rows, each with these columns; no rows leave the header."""
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: f"{v:.6f}" if isinstance(v, float) else v for k, v in row.items()})


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of such a file, as text; a cell without a value is empty."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
