"""A run once made is never lost: after a change, after `git checkout .`, after a trial is stopped.

This is the pipeline of dvc.yaml, but that its stages only pretend: what does not train is the same
bytes wherever it runs, and what trains is other bytes each time. So whatever is trained again is
found out. The state is that of a fresh clone of another machine's run after its first `make run`:
dvc.lock and metrics in git are of the other machine, those of the workspace of this one.
"""

import copy
import hashlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from experiments.keeping import advice
from stages.pipeline import PIPELINES, read_stages
from tests.checkout import Checkout
from tests.toy_params import set_params

ROOT = Path(__file__).parents[1]
REAL = {"mark_checkout"}  # stages that run as they are
TRAINED = {name for name, stage in read_stages(ROOT).items() if "--snapshot" in stage.command}
PRETEND = """
import hashlib, json, os, sys, time
from pathlib import Path

import yaml

trained, files, inputs = (word.split() for word in sys.argv[1:])
if trained and yaml.safe_load(Path("params.yaml").read_text())["train_phase2"]["epochs"] == 1000:
    Path("outputs/tmp").mkdir(exist_ok=True)
    Path("outputs/tmp/training").touch()
    time.sleep(1000)
content = b"".join(Path(name).read_bytes() for name in inputs)
number = int(hashlib.md5(os.urandom(9) if trained else content).hexdigest()[:6], 16)
for name in files:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(json.dumps({"number": number}))
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder = tmp_path_factory.mktemp("going back")
    other = Checkout(folder / "another machine")
    for packages in ("fonts", "scripts"):
        (other.root / "dataset" / packages / "node_modules").unlink()
    pretend(other.root)
    params = yaml.safe_load((other.root / "params.yaml").read_text("utf-8"))
    params["corpora"] = {"safaitic": params["corpora"]["safaitic"]}
    (other.root / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    other.dvc("repro")
    other.commit("the run of another machine")
    mine = copy.copy(other)
    mine.root = folder / "a clone"
    other.run("git", "clone", "-q", ".", str(mine.root))
    mine.dvc("repro")
    changed = mine.run("git", "status", "--short").split()[1::2]
    assert {"dvc.lock", "outputs/metrics/phase2.json"} <= set(changed)
    return mine


def pretend(root: Path) -> None:
    """Makes every stage one that runs no code and writes a number into each of its files."""
    pipelines = {name: yaml.safe_load((root / name).read_text("utf-8")) for name in PIPELINES}
    entries = {
        name: entry.get("do", entry)
        for pipeline in pipelines.values()
        for name, entry in pipeline["stages"].items()
    }
    read = {dep for entry in entries.values() for dep in entry["deps"]}
    for name, entry in entries.items():
        if name not in REAL:
            entry["deps"] = [
                dep for dep in entry["deps"] if not dep.startswith(("lib/", "stages/"))
            ]
            files = " ".join(file for out in outputs(entry) for file in files_of(out, read))
            inputs = " ".join(file for dep in entry["deps"] for file in inputs_of(dep, read))
            trained = name if name in TRAINED else ""
            entry["cmd"] = f'python pretend.py "{trained}" "{files}" "{inputs}"'
    for name, pipeline in pipelines.items():
        (root / name).write_text(yaml.safe_dump(pipeline, sort_keys=False), encoding="utf-8")
    (root / "pretend.py").write_text(PRETEND, encoding="utf-8")


def outputs(entry: dict[str, Any]) -> Iterator[str]:
    for kind in ("outs", "plots", "metrics"):
        for out in entry.get(kind, []):
            yield out if isinstance(out, str) else next(iter(out))


def files_of(out: str, read: set[str]) -> list[str]:
    """The output itself, or for a folder the files that stages read of it, and one more."""
    if Path(out).suffix:
        return [out]
    return [f"{out}/phase2.json", *sorted(dep for dep in read if dep.startswith(f"{out}/"))]


def inputs_of(dep: str, read: set[str]) -> list[str]:
    made = dep.startswith("outputs/") and dep != "outputs/meta/checkout"
    return files_of(dep, read) if made else []


def state(clone: Checkout) -> dict[str, str]:
    """Checksums of all that a run reads and writes, and what git thinks of it."""
    outputs = (path for path in (clone.root / "outputs").rglob("*") if path.is_file())
    names = {str(path.relative_to(clone.root)) for path in outputs}
    return {
        name: hashlib.sha256((clone.root / name).read_bytes()).hexdigest()
        for name in {*names, *clone.run("git", "ls-files").splitlines()}
        if not name.startswith("outputs/tmp/")
    } | {"git": clone.run("git", "status", "--short"), "stash": clone.run("git", "stash", "list")}


def stages_run(printed: str) -> set[str]:
    return set(re.findall(r"Running stage '(?:[^':]+:)?([^'@]+)", printed))


def test_the_last_run_comes_back_after_a_change(clone: Checkout) -> None:
    before = state(clone)
    set_params(clone.root / "params.yaml", {"train_phase2.epochs": 1})
    assert stages_run(clone.dvc("repro")) >= {"train_phase2", "evaluate"}
    assert state(clone) != before
    assert not stages_run(clone.run("sh", "-c", "git checkout params.yaml && dvc repro"))
    assert state(clone) == before


def test_nothing_is_trained_again_after_git_has_put_the_foreign_lock_back(clone: Checkout) -> None:
    before = state(clone)
    clone.fail("sh", "-c", "git checkout . && dvc checkout")
    assert not (clone.root / "outputs/checkpoints/phase2").exists()
    assert stages_run(clone.dvc("repro")) == {"mark_checkout"}
    assert state(clone) == before


def test_a_trial_leaves_the_workspace_as_it_is(clone: Checkout) -> None:
    """What it has in common with earlier runs comes from the run cache."""
    before = state(clone)
    printed = clone.run(*trial("evaluate.confusion_pairs=3"))
    assert stages_run(printed) == {"evaluate"}
    assert state(clone) == before
    assert clone.dvc("exp", "list", "--names-only").split() == ["try-1"]
    assert "dvc exp apply try-1 " in printed and "dvc exp remove try-1 " in printed


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (".git/refs/stash", signal.SIGTERM),
        (".dvc/tmp/exps/standalone/tmp*/outputs/tmp/training", signal.SIGINT),
    ],
    ids=["while it is copied", "while it trains"],
)
def test_a_stopped_trial_leaves_nothing(clone: Checkout, moment: str, number: int) -> None:
    """While it is copied, DVC keeps the changes of the workspace in a stash."""
    before, experiments = state(clone), clone.dvc("exp", "list", "--names-only")
    process = subprocess.Popen(
        trial("train_phase2.epochs=1000"),
        cwd=clone.root,
        env=clone.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while process.poll() is None and not list(clone.root.glob(moment)):
        time.sleep(0.01)
    process.send_signal(number)
    printed, _ = process.communicate()
    assert process.returncode == 130, printed
    assert printed.endswith("stopped: nothing was kept, the workspace is as it was\n")
    assert not list((clone.root / ".dvc/tmp/exps/standalone").glob("tmp*"))
    assert not processes_below(clone.root)
    assert state(clone) == before
    assert clone.dvc("exp", "list", "--names-only") == experiments
    assert not stages_run(clone.dvc("repro"))


def trial(*settings: str) -> list[str]:
    return [sys.executable, "-m", "experiments.trial", *settings]


def processes_below(root: Path) -> list[str]:
    """Command lines of what runs in a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(root):
                found.append(" ".join(process.cmdline()))
    return found


def test_a_run_is_told_how_to_be_kept_and_once_kept_git_and_dvc_bring_it_back(
    clone: Checkout,
) -> None:
    said = advice(clone.root).splitlines()[-1].strip()
    paths = "dvc.lock dataset/dvc.lock outputs/metrics outputs/corpus_metrics"
    assert said == f"git add {paths} && git commit"
    clone.run("sh", "-c", f"{said} -qm kept")
    assert advice(clone.root) == ""
    before = state(clone)
    clone.run("sh", "-c", "rm -r outputs/checkpoints && git checkout . && dvc checkout")
    assert state(clone) == before


@pytest.mark.parametrize("stage", read_stages(ROOT))
def test_only_metrics_are_kept_outside_of_the_cache(stage: str) -> None:
    """The run cache keeps no stage with another such output, and git would put it back alone."""
    file = ROOT / read_stages(ROOT)[stage].file
    entry = yaml.safe_load(file.read_text(encoding="utf-8"))["stages"][stage]
    for kind in ("outs", "plots", "metrics"):
        for out in entry.get("do", entry).get(kind, []):
            options = next(iter(out.values())) if isinstance(out, dict) else {}
            assert options.get("cache", True) == (kind != "metrics"), out
