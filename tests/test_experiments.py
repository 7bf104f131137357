"""The list of ablations is one that can be run, and its results are read from the right place."""

import importlib
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from experiments.crossval import folds
from experiments.plan import Experiment, Plan, Row, read_plan
from experiments.results import check_params, curves, measured, seconds, states_of, validated
from experiments.run import PLAN, missing
from stages.parameters import section_of
from stages.pipeline import read_stages
from stages.sections import check_params as check_section

ROOT = Path(__file__).parents[1]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
STAGES = read_stages(ROOT).keys() - {"code"}
EXPERIMENTS = read_plan(ROOT / PLAN).experiments()

FOLDS = folds(PARAMS)

each_experiment = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)


def with_settings(settings: tuple[str, ...]) -> dict[str, Any]:
    """params.yaml as `dvc exp run -S` would leave it; a key that is not there fails the test."""
    params = deepcopy(PARAMS)
    for setting in settings:
        key, value = setting.split("=", 1)
        *sections, last = key.split(".")
        place = params
        for section in sections:
            place = place.get(section, {})
        assert last in place, f"{PLAN}: params.yaml has no key '{key}'"
        place[last] = yaml.safe_load(value)
    return params


@pytest.mark.parametrize("experiment", [*EXPERIMENTS, *FOLDS], ids=lambda e: e.name)
def test_settings_are_parameters_that_the_stages_take(experiment: Experiment) -> None:
    params = with_settings(experiment.settings)
    for stage in STAGES:
        module = importlib.import_module(f"stages.{stage}")
        check_section(module, stage, section_of(params, stage))


@each_experiment
def test_a_row_changes_something(experiment: Experiment) -> None:
    """A setting that the reference has already, or the reference that params.yaml has, is idle."""
    before = () if experiment.kind == "reference" else EXPERIMENTS[0].settings
    for setting in experiment.change:
        assert with_settings((*before, setting)) != with_settings(before), (
            f"{setting} is so already"
        )


def test_the_list_asks_what_was_promised() -> None:
    """Grid, vocabulary, anchor, fill, true primitives, margin and size cues; and chance."""
    changed = {setting for experiment in EXPERIMENTS for setting in experiment.change}
    assert changed >= {
        "slice_cells.grid=8",
        "slice_cells.grid=32",
        "cluster_primitives.vocabulary=512",
        "cluster_primitives.vocabulary=2048",
        "rasterize.anchor=center",
        "rasterize.fill=even_odd",
        "rasterize.fill=orientation",
        "infer_grids.source=centroids",
        "train_phase2.margin.kind=arcface",
        "train_phase2.size_cues=true",
    }
    assert [e.kind for e in EXPERIMENTS][:2] == ["reference", "seed"]


def test_each_fold_tests_once() -> None:
    splits = [with_settings(fold.settings)["filter_labels"]["split"] for fold in FOLDS]
    assert {split["kind"] for split in splits} == {"fold"}
    assert [split["fold"]["at"] for split in splits] == list(range(splits[0]["fold"]["count"]))


PLAN_OF_TWO = Plan(
    common=("a.x=1", "a.y=2"),
    seeds=(7,),
    rows=(Row(name="more", question="More?", change=("a.y=3", "b.z=[1,2]")),),
)


def test_a_row_is_the_common_settings_and_its_own() -> None:
    reference, seed, more = PLAN_OF_TWO.experiments()
    assert reference.settings == reference.change == ("a.x=1", "a.y=2")
    assert (seed.name, seed.settings) == ("seed-7", ("a.x=1", "a.y=2", "seed=7"))
    assert more.settings == ("a.x=1", "a.y=3", "b.z=[1,2]")
    assert more.arguments() == [
        *("evaluate", "--name", "more"),
        *("-S", "a.x=1", "-S", "a.y=3", "-S", "b.z=[1,2]"),
    ]


@pytest.mark.parametrize("name", ["reference", "seed-7", "more", "No Name"])
def test_names_are_told_apart(name: str) -> None:
    row = {"name": name, "question": "?", "change": ["a.x=2"]}
    with pytest.raises(ValidationError):
        Plan.model_validate(PLAN_OF_TWO.model_dump() | {"rows": [*PLAN_OF_TWO.rows, row]})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("common: [a.x]\nseeds: []\nrows: []", "common.0"),
        ("common: []\nseeds: []\nrows: [{name: a, question: Q, changes: [a.x=1]}]", "rows.0.ch"),
        ("common: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"plan\.yaml.*{re.escape(fault)}"):
        read_plan(path)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="called grid-7: there is reference, seed-43"):
        missing(ROOT, EXPERIMENTS, ["grid-7", "grid-8"])


def state(accuracy: float) -> dict[str, Any]:
    numbers = {
        "glyphs": 10,
        "shape_top1_ceiling": 0.9,
        **{f"{part}{kind}_top1": accuracy for part in ("", "diacritics_") for kind in KINDS},
        "shape_top10": 1.0,
    }
    return {"data": numbers}


KINDS = ("strict", "shape")
FILES = {
    "outputs/metrics/phase1.json": {"data": {"accuracy_inked": 0.95}},
    "outputs/metrics/phase2.json": state(0.5),
    "outputs/metrics/baseline.json": state(0.7),
    "outputs/metrics/fusion.json": state(0.8),
}


def test_each_column_is_of_its_model() -> None:
    found = measured(FILES)
    columns = ("two_phase_shape_top1", "baseline_strict_top1", "fusion_shape_top1")
    assert [found[column] for column in columns] == [0.5, 0.7, 0.8]
    assert found["phase1_accuracy_inked"] == 0.95


DRAWN = """
stages:
  train:
    cmd: tee outputs/plots/curves/phase2.tsv outputs/plots/curves/baseline.tsv < source.tsv
    deps: [source.tsv]
    plots: [outputs/plots/curves/phase2.tsv, outputs/plots/curves/baseline.tsv]
"""


def test_curves_are_those_of_the_experiment(tmp_path: Path) -> None:
    """They lie in the DVC cache; the workspace has those of a later run."""

    def run(*command: str) -> str:
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    run("git", "init", "-q")
    run(sys.executable, "-m", "dvc", "init", "-q")
    (tmp_path / "dvc.yaml").write_text(DRAWN)
    (tmp_path / "outputs/plots/curves").mkdir(parents=True)
    (tmp_path / "outputs/.gitignore").write_text("*")
    (tmp_path / "source.tsv").write_text("epoch\tval_shape_top1\n0\t0.5\n")
    run(sys.executable, "-m", "dvc", "repro", "-q")
    run("git", "add", ".")
    run("git", "-c", "user.name=Toy", "-c", "user.email=toy@example.org", "commit", "-qm", "run")
    (tmp_path / "source.tsv").write_text("epoch\tval_shape_top1\n0\t0.75\n")
    run(sys.executable, "-m", "dvc", "repro", "-q")

    revision, experiment = run("git", "rev-parse", "HEAD").strip(), PLAN_OF_TWO.experiments()[0]
    found = validated(curves(tmp_path, revision, experiment))
    assert found == {"two_phase_val_shape_top1": 0.5, "baseline_val_shape_top1": 0.5}
    shutil.rmtree(tmp_path / ".dvc/cache")
    with pytest.raises(ValueError, match="reference has lost its curves.*dvc exp remove reference"):
        curves(tmp_path, revision, experiment)


def test_validation_is_that_of_the_best_epoch() -> None:
    curve = "epoch\tval_loss\tval_shape_top1\n1\t3\t0.2\n2\t1\t0.7\n3\t2\t0.6\n"
    assert validated({"baseline": curve}) == {"baseline_val_shape_top1": 0.7}


def test_seconds_are_of_the_last_time_a_stage_ran_for_the_row() -> None:
    history = [
        {"experiment": name, "params_sha256": params, "seconds": spent}
        for name, params, spent in [
            ("more", "a1", {"train_phase1": 5, "train_phase2": 9}),
            ("other", "a1", {"train_phase2": 1}),
            (None, "a1", {"train_phase2": 2}),  # no experiment
            ("more", "a1", {"train_phase2": 7}),
            ("more", "b2", {"train_phase2": 8}),  # when the row was another
        ]
    ]
    more = PLAN_OF_TWO.experiments()[-1]
    assert seconds(history, more, "a1") == {"train_phase1_seconds": 5, "train_phase2_seconds": 7}


def test_states_are_of_finished_experiments_of_the_commit() -> None:
    shown = [
        {"rev": "workspace", "experiments": None},
        {
            "rev": "abc",
            "experiments": [
                {"name": "done", "revs": [{"data": {"rev": "1", "timestamp": "2026"}}]},
                {"name": "killed", "revs": [{"data": {"rev": "workspace", "timestamp": None}}]},
                {"name": "broken", "revs": [{"data": None, "error": {}}]},
            ],
        },
    ]
    assert states_of(shown, "abc") == {"done": {"rev": "1", "timestamp": "2026"}}
    shown[1]["experiments"] = None  # how DVC says that there are none
    assert states_of(shown, "abc") == {}


def test_an_experiment_of_other_parameters_is_refused() -> None:
    more = PLAN_OF_TWO.experiments()[-1]
    check_params(more, {"a": {"x": 1, "y": 3}, "b": {"z": [1, 2]}})
    with pytest.raises(ValueError, match=r"run with a\.y=2, planned is 3"):
        check_params(more, {"a": {"x": 1, "y": 2}, "b": {"z": [1, 2]}})
