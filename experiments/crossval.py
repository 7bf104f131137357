"""Cross-validation by family: `python -m experiments.crossval [FOLD...]`.

Family groups are dealt into folds, as many of each kind of type to each. Each fold is tested once
by a recogniser that never saw it: networks, primitives, shape classes and classes are of the other
folds, thresholds and the choice of the epoch of the next one. Each is an experiment of DVC, made
beside the workspace; what was made once comes from the run cache. It may be stopped at any time;
called again, it goes on. With all folds there, the table goes to docs/crossval.md and .csv.
"""

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from experiments.plan import Experiment
from experiments.results import State, finished, kept
from experiments.run import ROOT, missing, run_missing, stoppable
from rasm.report.crossval import (
    CROSSVAL_COLUMNS,
    CrossvalRow,
    crossval_page,
    crossval_table,
    stack,
    worst_families,
)
from rasm.report.summary import RECOGNISERS
from rasm.report.table import read_table, write_table

Result = dict[str, Any]
_TRUST = ("coverage", "set_size", "calibration_error")


def folds(params: Any) -> list[Experiment]:
    """An experiment a fold, as params.yaml deals them."""
    key = "filter_labels.split"
    count = params["filter_labels"]["split"]["fold"]["count"]
    return [
        Experiment(f"fold-{at}", "fold", f"Fold {at} of {count} tests.", change, change)
        for at in range(count)
        for change in [(f"{key}.kind=fold", f"{key}.fold.at={at}")]
    ]


def collect(root: Path, commit: str, states: Mapping[str, State]) -> list[Result]:
    """A row of `CROSSVAL_COLUMNS` for each family group and recogniser of the folds by name."""
    rows = []
    for fold, state in states.items():
        machine = state["metrics"]["outputs/metrics/machine.json"]["data"]["machine"]
        made = {"fold": fold, "commit": commit[:12], "date": state["timestamp"][:10]}
        for name in RECOGNISERS:
            folder = f"outputs/plots/evaluate/{name}"
            found = _table(of_fold(root, fold, state, f"{folder}/families.csv"))
            trust = {}
            if name != "font":  # which gives no sets
                table = _table(of_fold(root, fold, state, f"{folder}/trust.csv"))
                trust = {row["family"]: {key: row[key] for key in _TRUST} for row in table}
            common = {**made, "machine": machine, "recogniser": name}
            rows += [{**common, **row, **trust.get(row["family"], {})} for row in found]
    return rows


def _table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def of_fold(root: Path, fold: str, state: State, path: str) -> bytes:
    """The content of an output of a fold. Raises ValueError where the DVC cache has lost it."""
    lost = f"{fold} has lost {path}: run `dvc exp remove {fold}`, then `make crossval`"
    return kept(root, state["rev"], path, lost)


def write_results(root: Path, commit: str, states: Mapping[str, State]) -> Sequence[CrossvalRow]:
    """Write docs/crossval.csv, .md and .png of the folds by name. Returns the rows."""
    docs = root / "docs"
    write_table(docs / "crossval.csv", CROSSVAL_COLUMNS, collect(root, commit, states))
    rows = read_table(docs / "crossval.csv")
    sheets = [
        of_fold(root, fold, states[fold], f"outputs/analysis/families/{row['family']}.png")
        for row in worst_families(rows)
        for fold in [row["fold"]]
    ]
    stack(docs / "crossval.png", sheets)
    (docs / "crossval.md").write_text(crossval_page(rows), encoding="utf-8")
    return rows


def main(root: Path, names: Sequence[str]) -> int:
    """Run the folds that are missing, then write the table if none is."""
    planned = folds(yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8")))
    if status := run_missing(root, planned, names):
        return status
    if waiting := missing(root, planned):
        print(f"no table yet: {', '.join(fold.name for fold in waiting)} to run", file=sys.stderr)
        return 0
    commit, states = finished(root)
    try:
        rows = write_results(root, commit, {fold.name: states[fold.name] for fold in planned})
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(crossval_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(stoppable(lambda: main(ROOT, sys.argv[1:])))
