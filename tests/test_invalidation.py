"""Changing one parameter reruns what depends on it, and nothing else.

A scratch repository gets a copy of the pipeline, its parameters and its code, and is told that this
is the state that was run (as `dvc commit` would, but without any artefact). Then one thing at a
time is changed and DVC asked what it would run: what it names beyond the untouched copy is the
answer. Nothing is computed, so a row takes a fraction of a second.
"""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from stages.pipeline import PIPELINES, Stage, read_stages
from tests.invalidation_table import DOWNSTREAM, TABLE

ROOT = Path(__file__).parents[1]
Changes = dict[
    str, set[tuple[str, str]]
]  # stage -> (file, how it changed; for params.yaml the key)


class Pipeline:
    """A copy of this pipeline, in the state that the committed lock files know."""

    def __init__(self, root: Path) -> None:
        self.root = root
        locks = [Path(name).with_suffix(".lock") for name in PIPELINES]
        for name in ("params.yaml", *PIPELINES, *locks):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, root / name)
        for name in ("lib", "stages"):
            ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, root / name, ignore=ignore)
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        Repo.init(str(root)).close()
        self.before = self.changes()

    def accept(self) -> None:
        """Makes the state as it stands the one that counts as run."""
        with Repo(str(self.root)) as repo, repo.lock:
            for stage in repo.index.stages:
                stage.save(allow_missing=True, run_cache=False)
                stage.dump(update_pipeline=False)
        self.before = self.changes()

    def changes(self) -> Changes:
        """What DVC finds changed among the dependencies of each stage (absent outputs left out)."""
        found: Changes = {}
        with Repo(str(self.root)) as repo:
            for address, entries in repo.status().items():
                deps = [entry["changed deps"] for entry in entries if "changed deps" in entry]
                found[address.split(":")[-1]] = {
                    (path, key)
                    for group in deps
                    for path, state in group.items()
                    for key in (_leaves(state) if isinstance(state, dict) else [state])
                }
        return found

    def invalidated(self) -> set[str]:
        """The stages which the changes since then concern directly."""
        now = self.changes()
        return {name for name in now if now[name] - self.before.get(name, set())}

    def downstream(self) -> dict[str, set[str]]:
        """Stage -> all stages that read what it writes, or what those write, and so on."""
        with Repo(str(self.root)) as repo:
            graph = repo.index.graph  # an edge leads from a stage to one that it reads from
            readers: dict[str, set[str]] = {stage.name: set() for stage in graph}
            for reader, writer in graph.edges:
                readers[writer.name].add(reader.name)
        for _ in readers:
            for name, found in readers.items():
                readers[name] = found.union(*(readers[reader] for reader in found))
        return readers


def _leaves(state: dict[str, str]) -> list[str]:
    return [f"{key} {change}" for key, change in state.items()]


def runs(stages: Iterable[Stage]) -> set[str]:
    """Names of stages as DVC knows them: NAME@ENTRY where one runs for each of a section."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    return {
        name
        for stage in stages
        for name in (
            [f"{stage.name}@{key}" for key in params[stage.each]] if stage.each else [stage.name]
        )
    }


def change(path: Path, key: str, value: Any) -> None:
    """Gives one key another value; the row must name a key that exists, and a value that is new."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    *sections, last = key.split(".")
    place = content
    for section in sections:
        place = place.get(section, {})
    assert last in place, f"params.yaml has no key '{key}': correct this row of the table"
    assert place[last] != value, f"params.yaml has {key}={value!r} already: change this row"
    place[last] = value
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    pipeline = Pipeline(tmp_path_factory.mktemp("pipeline"))
    pipeline.accept()
    return pipeline


@pytest.fixture(autouse=True)
def restored(pipeline: Pipeline) -> Iterator[None]:
    yield
    shutil.copy(ROOT / "params.yaml", pipeline.root / "params.yaml")


@pytest.mark.parametrize(("key", "value", "stages"), TABLE, ids=[row[0] for row in TABLE])
def test_one_parameter(pipeline: Pipeline, key: str, value: Any, stages: set[str]) -> None:
    change(pipeline.root / "params.yaml", key, value)
    assert pipeline.invalidated() == stages


def test_the_seed_concerns_the_stages_that_ask_for_it(pipeline: Pipeline) -> None:
    change(pipeline.root / "params.yaml", "seed", -1)
    asking = runs(stage for stage in read_stages(ROOT).values() if "seed" in stage.params)
    assert pipeline.invalidated() == asking
    assert asking >= {"cluster_primitives", "train_phase1", "train_phase2", "train_baseline"}


def test_a_comment_concerns_nobody(pipeline: Pipeline) -> None:
    with (pipeline.root / "params.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert pipeline.invalidated() == set()


def test_a_module_concerns_the_stages_that_list_it(pipeline: Pipeline) -> None:
    stages = read_stages(ROOT)
    modules = {dep for stage in stages.values() for dep in stage.deps if dep.startswith("lib/")}
    shared = max(sorted(modules), key=lambda dep: sum(dep in s.deps for s in stages.values()))
    original = (pipeline.root / shared).read_text(encoding="utf-8")
    (pipeline.root / shared).write_text(original + "# a remark\n", encoding="utf-8")
    invalidated = pipeline.invalidated()
    (pipeline.root / shared).write_text(original, encoding="utf-8")
    assert invalidated == runs(stage for stage in stages.values() if shared in stage.deps)


def test_committed_lock_was_made_with_these_parameters(tmp_path: Path) -> None:
    """The metrics in git are those of params.yaml in git."""
    stale = {
        name: sorted(key for path, key in found if path.endswith("params.yaml"))
        for name, found in Pipeline(tmp_path).before.items()
    }
    stale = {name: keys for name, keys in stale.items() if keys}
    assert not stale, f"run `dvc repro` and commit dvc.lock with the metrics: {stale}"


def test_what_runs_after_a_stage(pipeline: Pipeline) -> None:
    assert pipeline.downstream() == DOWNSTREAM
