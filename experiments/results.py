"""What the ablations of a commit found, read from their experiments.

An experiment is a commit that DVC keeps under refs/exps: DVC is asked for its metrics, parameters
and training curves. Seconds are no result that could be repeated, so no experiment holds them: they
come from `outputs/meta/run_history.jsonl`.
"""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from dvc.api import read
from dvc.exceptions import DvcException

from experiments.commands import output
from experiments.plan import Experiment, Plan
from rasm.nets.compute import Compute
from rasm.nets.device import machine_of, make_fabric
from rasm.report.ablations import ABLATION_COLUMNS, METRICS
from stages.history import HISTORY

Result = dict[str, object]
State = dict[str, Any]


def collect(root: Path, plan: Plan) -> list[Result]:
    """A row of `ABLATION_COLUMNS` for each planned experiment that the commit checked out has.

    Raises ValueError for an experiment that was run with other parameters than planned, and where
    there are some but not the reference, which all are compared with.
    """
    commit, states = finished(root)
    there = [experiment for experiment in plan.experiments() if experiment.name in states]
    if there and there[0].kind != "reference":
        raise ValueError("this commit has no experiment `reference`: run `make ablations`")
    text = (root / HISTORY).read_text(encoding="utf-8") if (root / HISTORY).exists() else ""
    history = [json.loads(line) for line in text.splitlines()]
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    here = machine_of(make_fabric(Compute.model_validate(params["compute"])))
    rows = []
    for experiment in there:
        state = states[experiment.name]
        check_params(experiment, state["params"]["params.yaml"]["data"])
        used = output(root, "git", "show", f"{state['rev']}:params.yaml")
        rows.append(
            told(experiment)
            | measured(state["metrics"])
            | validated(curves(root, state["rev"], experiment))
            | seconds(history, experiment, hashlib.sha256(used.encode()).hexdigest())
            | {"commit": commit[:12], "date": state["timestamp"][:10], "machine": here}
        )
    return [{column: row.get(column) for column in ABLATION_COLUMNS} for row in rows]


def finished(root: Path) -> tuple[str, dict[str, State]]:
    """The commit checked out, and the state of each of its finished experiments by name."""
    commit = output(root, "git", "rev-parse", "HEAD").strip()
    shown = json.loads(output(root, sys.executable, "-m", "dvc", "exp", "show", "--json"))
    return commit, states_of(shown, commit)


def states_of(shown: Sequence[State], commit: str) -> dict[str, State]:
    """Name -> state of each finished experiment of a commit, in what `dvc exp show --json` says.

    One that runs, or was killed, is shown with the state of its copy, which has no time yet.
    """
    (baseline,) = (entry for entry in shown if entry["rev"] == commit)
    newest = {found["name"]: found["revs"][0] for found in baseline["experiments"] or ()}
    states = {name: entry["data"] for name, entry in newest.items() if entry["data"]}
    return {name: state for name, state in states.items() if state["timestamp"]}


def check_params(experiment: Experiment, params: Mapping[str, Any]) -> None:
    """ValueError if the parameters that were used are not the planned ones."""
    for setting in experiment.settings:
        key, wanted = setting.split("=", 1)
        used: Any = params
        for part in key.split("."):
            used = used.get(part) if isinstance(used, dict) else None
        if used != yaml.safe_load(wanted):
            raise ValueError(
                f"experiment {experiment.name} was run with {key}={used}, planned is {wanted}: "
                f"run `dvc exp remove {experiment.name}`, then `make ablations`"
            )


def told(experiment: Experiment) -> Result:
    """What the plan says about a row."""
    return {
        "row": experiment.name,
        "kind": experiment.kind,
        "change": " ".join(experiment.change),
        "question": experiment.question,
    }


def measured(files: Mapping[str, State]) -> Result:
    """Metrics on the test families; `files` maps the path of a file of metrics to its `data`."""
    metrics = {
        Path(path).stem: entry["data"]
        for path, entry in files.items()
        if Path(path).parent.name == "metrics"
    }
    result: Result = {
        "glyphs": metrics["phase2"]["glyphs"],
        "shape_ceiling": metrics["phase2"]["shape_top1_ceiling"],
        "phase1_accuracy_inked": metrics["phase1"]["accuracy_inked"],
    }
    for model, name in (("two_phase", "phase2"), ("baseline", "baseline"), ("fusion", "fusion")):
        result |= {f"{model}_{metric}": metrics[name][metric] for metric in METRICS}
    return result


def curves(root: Path, revision: str, experiment: Experiment) -> dict[str, str]:
    """The training curves of a row's two-phase model and baseline, as tables in text.

    Raises ValueError where the DVC cache has lost them.
    """
    models = {"two_phase": "phase2", "baseline": "baseline"}
    lost = (
        f"experiment {experiment.name} has lost its curves: "
        f"run `dvc exp remove {experiment.name}`, then `make ablations`"
    )
    return {
        model: kept(root, revision, f"outputs/plots/curves/{name}.tsv", lost).decode()
        for model, name in models.items()
    }


def kept(root: Path, revision: str, path: str, lost: str) -> bytes:
    """The content of an output of a revision. ValueError, `lost`, where the DVC cache lacks it."""
    try:
        return bytes(read(path, repo=str(root), rev=revision, mode="rb"))
    except (DvcException, OSError) as error:
        raise ValueError(f"{lost} ({' '.join(str(error).split())})") from None


def validated(curves: Mapping[str, str]) -> Result:
    """Accuracy on the validation families in the best epoch, whose weights were kept."""
    return {
        f"{model}_val_shape_top1": max(
            float(epoch["val_shape_top1"])
            for epoch in csv.DictReader(io.StringIO(text), delimiter="\t")
        )
        for model, text in curves.items()
    }


def seconds(history: Sequence[State], experiment: Experiment, params_sha256: str) -> Result:
    """Seconds of each training stage when this experiment last ran it; none if it never had to.

    It may have run them at an earlier commit, and found them in the run cache at this one.
    """
    spent: dict[str, float] = {}
    for line in history:
        if (line.get("experiment"), line["params_sha256"]) == (experiment.name, params_sha256):
            spent |= line["seconds"]
    return {f"{stage}_seconds": value for stage, value in spent.items()}
