"""Training curves as a table that DVC can plot: one row an epoch."""

import csv
from pathlib import Path

from rasm.store.atomic import replacing


def write_curves(path: Path, history: list[dict[str, float]]) -> None:
    """Write `epoch`, the learning rate and every metric as tab-separated columns.

    A row may lack columns of the last one, as that of an untrained network does. Of a training that
    did not take place, the header alone.
    """
    columns = list(history[-1]) if history else ["epoch", "lr", "train_loss"]
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})
