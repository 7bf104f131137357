"""The runner as a user meets it: a copy of it beside a small stage, called as dvc.yaml calls it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages.__main__ import RUNNER
from tests.training.toy import SETTINGS

ROOT = Path(__file__).parents[2]
STAGE = """
import os, sys, time
from pathlib import Path
from pydantic import BaseModel
import rasm
from stages.progress import Track

class Size(BaseModel, frozen=True, extra="forbid"):
    cells: int

class Params(BaseModel, frozen=True, extra="forbid"):
    factor: int
    size: Size

def main(params: Params, track: Track, *, source: Path, copy_to: Path, seed: int, compute: dict):
    text = source.read_text()
    if text.startswith("raise"):
        exec(text)
    words = [word * params.factor for word in track(text.split(), desc="copy")]
    copy_to.write_text(f"{words} {seed} {compute['jobs']} {rasm.__file__}")
"""
PARAMS = "seed: 7\ncompute: {jobs: 2}\ncopy: {factor: 2, size: {cells: 8}}\n"
PIPELINE = """
stages:
  draw: {cmd: python -m stages draw --out source.txt, outs: [source.txt]}
  copy:
    cmd: python -m stages copy --source source.txt --copy-to copy.txt
    deps: [source.txt]
    outs: [copy.txt]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__")
    (tmp_path / "stages").mkdir()
    for name in RUNNER:
        shutil.copy(ROOT / "stages" / f"{name}.py", tmp_path / "stages")
    shutil.copytree(ROOT / "lib/rasm", tmp_path / "lib/rasm", ignore=ignore)
    (tmp_path / "stages/copy.py").write_text(STAGE)
    (tmp_path / "params.yaml").write_text(PARAMS)
    (tmp_path / "dvc.yaml").write_text(PIPELINE)
    (tmp_path / "source.txt").write_text("ab c")
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "stages", *arguments]


COPY = command("copy", "--source", "source.txt", "--copy-to", "copy.txt")


def fails(root: Path, call: list[str], status: int, **environment: str) -> str:
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONPATH"
    } | environment
    done = subprocess.run(call, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return done.stderr


def test_a_stage_gets_paths_parameters_and_this_library(root: Path) -> None:
    errors = fails(root, COPY, 0)
    library = root / "lib/rasm/__init__.py"
    assert (root / "copy.txt").read_text() == f"['abab', 'cc'] 7 2 {library}"
    assert "copy: 2 it in 0:00" in errors
    assert json.loads((root / "outputs/tmp/seconds.json").read_text())["copy"]["seconds"] > 0


def test_wrong_calls_are_named(root: Path) -> None:
    assert "unknown stage 'cpy'; the stages are: copy" in fails(root, command("cpy"), 2)
    assert "the stages are: copy" in fails(root, command(), 2)
    assert "--source, --copy-to" in fails(root, command("copy"), 2)
    assert "--sorce" in fails(root, [*COPY, "--sorce", "x"], 2)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ("{}", "lacks the top-level key 'seed'"),
        ("seed: 1\ncompute: {}", "key 'factor' is missing: add it; key 'size' is missing"),
        (
            PARAMS.replace("factor: 2", "factor: 2, facter: 3"),
            "key 'facter' is not known, did you mean 'factor'?",
        ),
        (
            PARAMS.replace("factor: 2", "factor: two"),
            "key 'factor' is 'two': Input should be a val",
        ),
        (PARAMS.replace("cells: 8", "cell: 8"), "key 'size.cells' is missing"),
        ("seed: [", "params.yaml is not valid YAML"),
        ("[]", "params.yaml must hold one section a stage"),
    ],
)
def test_wrong_parameters_are_named(root: Path, params: str, says: str) -> None:
    (root / "params.yaml").write_text(params)
    errors = fails(root, COPY, 1)
    assert says in errors
    assert errors.startswith("copy: params.yaml") and errors.count("\n") == 1


CORPORA = "corpora: {letters: {copy: {factor: 3}}, plain: {}, bare: null}\n"
ADDRESSED = COPY[:3], COPY[4:]  # what stands before and after the name of the stage


def addressed(stage: str) -> list[str]:
    before, after = ADDRESSED
    return [*before, stage, *after]


def test_a_corpus_changes_the_section_of_a_stage(root: Path) -> None:
    (root / "params.yaml").write_text(PARAMS + CORPORA)
    for stage, words in [
        ("copy@letters", "['ababab', 'ccc']"),
        ("copy@plain", "['abab', 'cc']"),
        ("copy@bare", "['abab', 'cc']"),
        ("copy", "['abab', 'cc']"),
    ]:
        errors = fails(root, addressed(stage), 0)
        assert (root / "copy.txt").read_text().startswith(words)
        assert f"{stage}: " in errors
    timed = json.loads((root / "outputs/tmp/seconds.json").read_text())
    assert {"copy@letters", "copy@plain", "copy@bare", "copy"} <= timed.keys()


@pytest.mark.parametrize(
    ("stage", "corpora", "says"),
    [
        ("copy@leters", CORPORA, "'corpora' lacks 'leters': it has letters, plain, bare"),
        ("copy@", CORPORA, "'corpora' lacks '': it has letters, plain, bare"),
        ("copy@letters", "", "params.yaml lacks the top-level key 'corpora'"),
        ("copy@letters", "corpora: null", "'corpora' lacks 'letters': it has none"),
        ("copy@letters", CORPORA.replace("factor", "facter"), "key 'facter' is not known, did you"),
        ("copy@letters", "corpora: {letters: {copy: 3}}", "key 'copy' is 3"),
        (
            "copy@letters",
            "corpora: {letters: {cpy: {}}}",
            "'cpy' is no stage, did you mean 'copy'?",
        ),
    ],
)
def test_wrong_corpora_are_named(root: Path, stage: str, corpora: str, says: str) -> None:
    (root / "params.yaml").write_text(PARAMS + corpora)
    errors = fails(root, addressed(stage), 1)
    assert says in errors
    assert errors.startswith(f"{stage}: params.yaml") and errors.count("\n") == 1


def test_a_wrong_stage_of_a_corpus_is_named(root: Path) -> None:
    (root / "params.yaml").write_text(PARAMS + CORPORA)
    assert "unknown stage 'cpy@letters'; the stages are: copy" in fails(
        root, addressed("cpy@letters"), 2
    )
    assert "--source, --copy-to" in fails(root, command("copy@letters"), 2)


def test_resolved_parameters_are_printed(root: Path) -> None:
    """Of a stage that cannot even be imported."""
    (root / "params.yaml").write_text(PARAMS + CORPORA)
    (root / "stages/copy.py").write_text("import nothing\n" + STAGE)
    said = subprocess.run(
        command("params", "copy@letters"), cwd=root, capture_output=True, text=True, check=True
    )
    assert yaml.safe_load(said.stdout) == {
        "seed": 7,
        "compute": {"jobs": 2},
        "params": {"factor": 3, "size": {"cells": 8}},
    }
    assert "unknown stage 'cpy'; the stages are: copy" in fails(root, command("params", "cpy"), 2)
    assert "'corpora' lacks 'x'" in fails(root, command("params", "copy@x"), 1)


TRAINING = """
from pathlib import Path
from rasm.training.run import Run
from rasm.training.task import FitParams
import sys

class Params(FitParams, frozen=True, extra="forbid"):
    pass

def main(params: Params, run: Run, *, source: Path, folder: Path, copy_to: Path):
    assert run.params is params
    assert "lightning_fabric" not in sys.modules
    inputs = [str(path) for path in run.inputs]
    copy_to.write_text(
        f"{run.seed} {run.compute.precision} {inputs} {run.curves} {run.snapshot} "
        f"{sorted(run.code)[-1]} {run.code['torch']}"
    )
"""


COMPUTE = {"accelerator": "cpu", "precision": "32-true", "compile": False}


def test_a_training_stage_is_handed_its_run(root: Path) -> None:
    """Inputs are the options whose paths are dependencies; `--curves` and `--snapshot` are its."""
    (root / "stages/train.py").write_text(TRAINING)
    shutil.copy(ROOT / "requirements.lock", root)
    section = {**SETTINGS, "epochs": 1}
    params = {"seed": 7, "compute": COMPUTE, "train": section}
    (root / "params.yaml").write_text(yaml.safe_dump(params))
    call = "train --source source.txt --folder stages --copy-to copy.txt --curves c.tsv"
    stage = {"cmd": f"python -m stages {call} --snapshot s.pt", "deps": ["source.txt", "stages"]}
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"train": stage}}))
    fails(root, command(*call.split(), "--snapshot", "s.pt"), 0)
    torch = re.search(r"^torch==(\S+)", (root / "requirements.lock").read_text(), re.MULTILINE)
    assert torch
    assert (root / "copy.txt").read_text() == (
        f"7 32-true ['source.txt', 'stages'] c.tsv s.pt torch {torch[1]}"
    )


def test_a_missing_input_names_who_makes_it(root: Path) -> None:
    (root / "source.txt").unlink()
    says = "--source source.txt does not exist; stage 'draw' makes it, run: dvc repro draw"
    assert says in fails(root, COPY, 1)
    pipeline = PIPELINE.replace("outs: [source.txt]", "outs: [other.txt]")
    (root / "dvc.yaml").write_text(pipeline)
    assert "no stage makes it: restore it with git" in fails(root, COPY, 1)


@pytest.mark.parametrize("kind", ["ValueError", "OSError"])
def test_an_expected_error_is_one_line(root: Path, kind: str) -> None:
    (root / "source.txt").write_text(f"raise {kind}('row 3:\\n  no closed path')")
    errors = fails(root, COPY, 1)
    assert errors == "copy: row 3: no closed path (RASM_TRACEBACK=1 shows where)\n"
    assert "Traceback" in fails(root, COPY, 1, RASM_TRACEBACK="1")


def test_a_fault_keeps_its_traceback(root: Path) -> None:
    (root / "source.txt").write_text("raise KeyError('x')")
    assert "Traceback" in fails(root, COPY, 1)
    assert not (root / "outputs/tmp/seconds.json").exists()


@pytest.mark.parametrize(
    ("number", "status", "says"),
    [(signal.SIGINT, 130, "copy: interrupted\n"), (signal.SIGTERM, 143, "copy: terminated\n")],
)
def test_being_stopped_is_one_line(root: Path, number: int, status: int, says: str) -> None:
    (root / "stages/copy.py").write_text(
        STAGE.replace(
            "text = source.read_text()", "print('up', flush=True); time.sleep(60); text = ''"
        )
    )
    pipe = subprocess.PIPE

    def listen() -> None:  # a parent in the background may have left Ctrl-C ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    process = subprocess.Popen(
        COPY, cwd=root, stdout=pipe, stderr=pipe, text=True, preexec_fn=listen
    )
    with process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.wait(timeout=30) == status
        assert process.stderr.read() == says
