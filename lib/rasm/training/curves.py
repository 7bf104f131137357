"""Training curves as a table that DVC can plot: one row an epoch."""

import csv
from pathlib import Path

from rasm.store.atomic import replacing


def write_curves(path: Path, history: list[dict[str, float]]) -> None:
    """Write `epoch`, the learning rate and every metric as tab-separated columns."""
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(history[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})
