"""A change reruns what it concerns, and nothing else.

A scratch repository gets a copy of the pipeline, its parameters and its code, and is told that this
is the state that was run (as `dvc commit` would, but without any artefact). Then one thing at a
time is changed, the stage `code` is run as DVC would run it first, and DVC is asked whose
dependencies have changed. Nothing else is computed, so a case takes seconds.
"""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from stages.closure import Sources
from stages.code import main as run_code
from stages.parameters import read_params, runs
from stages.pipeline import PIPELINES, read_stages

ROOT = Path(__file__).parents[1]
STAGES = read_stages(ROOT)
PARAMS = read_params(ROOT / "params.yaml", STAGES)
RUNS = set(runs(STAGES, PARAMS))
CORPORA = set(PARAMS["corpora"])
COPIED = ("params.yaml", "requirements.lock", *PIPELINES)


class Pipeline:
    """A copy of this pipeline, in the state that counts as run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in COPIED:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        for name in ("lib", "stages"):
            ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, root / name, ignore=ignore)
        shutil.copy(ROOT / ".dvcignore", root)
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        Repo.init(str(root)).close()
        self.run_code()
        with Repo(str(root)) as repo, repo.lock:
            for stage in repo.index.stages:
                stage.save(allow_missing=True, run_cache=False)
                stage.dump(update_pipeline=False)

    def run_code(self) -> None:
        """In this process, where what was parsed once is not parsed again."""
        words = STAGES["code"].command[4:]
        paths = zip(words[::2], words[1::2], strict=True)
        run_code(**{option.removeprefix("--"): self.root / path for option, path in paths})

    def stale(self) -> set[str]:
        """Runs whose dependencies are others now, those that no run makes left out."""
        self.run_code()
        with Repo(str(self.root)) as repo:
            status = repo.status()
        found = set()
        for address, entries in status.items():
            for entry in entries:
                changed = entry.get("changed deps", {}) if isinstance(entry, dict) else {}
                if "modified" in changed.values():
                    found.add(address.split(":")[-1])
        return found - {"code"}

    def edit(self, name: str, pattern: str, replacement: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        changed, count = re.subn(pattern, replacement, text, count=1)
        assert count == 1, f"{name} has no {pattern!r}: change this test"
        path.write_text(changed, encoding="utf-8")

    def set(self, key: str, value: Any) -> None:
        """Give a key of params.yaml another value; it must be there, and have another now."""
        path = self.root / "params.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        *sections, last = key.split(".")
        place = content
        for section in sections:
            place = place[section]
        assert place[last] != value, f"params.yaml has {key}={value!r} already: change this test"
        place[last] = value
        path.write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return Pipeline(tmp_path_factory.mktemp("pipeline"))


@pytest.fixture
def pipeline(whole: Pipeline) -> Iterator[Pipeline]:
    """The copy, put right again afterwards."""
    yield whole
    for name in COPIED:
        shutil.copy(ROOT / name, whole.root / name)
    for name in ("lib", "stages"):
        for path in (whole.root / name).rglob("*.*"):
            original = ROOT / path.relative_to(whole.root)
            if path.suffix in (".py", ".tsv") and path.read_bytes() != original.read_bytes():
                shutil.copy(original, path)


def test_comments_and_docstrings_concern_nobody(pipeline: Pipeline) -> None:
    for path in (*pipeline.root.glob("lib/rasm/**/*.py"), *pipeline.root.glob("stages/*.py")):
        text = path.read_text(encoding="utf-8").replace('"""', '"""Indeed: ', 1)
        path.write_text(f"{text}\n# a remark\n", encoding="utf-8")
    with (pipeline.root / "params.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert pipeline.stale() == set()


@pytest.mark.parametrize(
    ("module", "pattern", "replacement"),
    [
        ("lib/rasm/store/records.py", r"\n\n\n(def|class)", r"\n\n\nNEW = 1\n\n\n\1"),
        ("stages/rasterize.py", r"\n\n\n(def|class)", r"\n\n\nNEW = 1\n\n\n\1"),
        ("lib/rasm/fonts/arabic.tsv", r"\Z", "\n"),
    ],
)
def test_a_change_concerns_the_runs_that_reach_it(
    pipeline: Pipeline, module: str, pattern: str, replacement: str
) -> None:
    pipeline.edit(module, pattern, replacement)
    sources = Sources(ROOT / "lib/rasm", ROOT / "stages")
    scripts = {run: ROOT / "stages" / f"{run.partition('@')[0]}.py" for run in RUNS}
    reaching = {
        run
        for run, script in scripts.items()
        if ROOT / module in {script, *sources.closure(script)}
    }
    assert 0 < len(reaching) < len(RUNS)
    assert pipeline.stale() == reaching


def test_a_new_torch_concerns_who_computes_with_it(pipeline: Pipeline) -> None:
    pipeline.edit("requirements.lock", r"\ntorch==[\d.]+", "\ntorch==99.0")
    stale = pipeline.stale()
    assert {run for run in RUNS if run.startswith(("train_", "infer_", "finetune_"))} <= stale
    assert not {run for run in stale if run.startswith(("import_", "filter_", "find_", "raster"))}


@pytest.mark.parametrize(
    ("key", "value", "stages"),
    [
        ("train_phase1.epochs", 999, {"train_phase1"}),
        ("train_phase1.augment.translate_px", 1, {"train_phase1"}),
        ("infer_grids.source", "centroids", {"infer_grids"}),
        ("import_fonts.weights", "all", {"import_fonts"}),
        ("train_embedder.lr", 0.5, {f"train_embedder@{corpus}" for corpus in CORPORA}),
        ("corpora.safaitic.train_embedder.epochs", 999, {"train_embedder@safaitic"}),
        # Every corpus says otherwise.
        ("train_embedder.epochs", 999, set()),
        ("corpora.world.build_index", {"index": {"kind": "hnsw"}}, {"build_index@world"}),
        # Of an alternative that is not in use.
        ("build_index.index.hnsw.links", 999, set()),
        # Nobody's folder is in the default pipeline.
        ("import_folder.size", 999, set()),
    ],
)
def test_a_parameter_concerns_the_runs_that_read_it(
    pipeline: Pipeline, key: str, value: Any, stages: set[str]
) -> None:
    pipeline.set(key, value)
    assert pipeline.stale() == stages


@pytest.mark.parametrize("key", ["seed", "compute.compile"])
def test_what_all_share_concerns_those_that_ask_for_it(pipeline: Pipeline, key: str) -> None:
    pipeline.set(key, 99)
    training = {run for run in RUNS if run.startswith(("train_", "finetune_"))}
    stale = pipeline.stale()
    assert training <= stale
    assert not stale & {"import_fonts", "rasterize", "slice_cells", "import_glyphs"}
    assert ("cluster_primitives" in stale) == (key == "seed")
    assert "calibrate" in stale


def test_committed_lock_was_made_with_these_parameters(pipeline: Pipeline) -> None:
    """The metrics in git are those of params.yaml in git."""
    locked = {}
    for file in PIPELINES:
        lock = yaml.safe_load((ROOT / file).with_suffix(".lock").read_text(encoding="utf-8"))
        for run, entry in lock["stages"].items():
            locked[run] = {dep["path"]: dep["md5"] for dep in entry["deps"]}
    pipeline.run_code()
    stale = []
    for run in sorted(RUNS):
        path = f"outputs/params/{run}.json"
        content = (pipeline.root / path).read_bytes()
        if locked[run][path] != hashlib.md5(content).hexdigest():
            stale.append(f"{run}: {json.loads(content)}")
    assert not stale, f"run `dvc repro` and commit dvc.lock with the metrics: {stale}"
