"""The line that a run leaves behind."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from stages.history import HISTORY, PENDING, peak_memory_mb, record

PEAK = {"self": 100, "largest_child": 20}


@pytest.fixture(autouse=True)
def no_experiment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DVC_ROOT", "DVC_EXP_NAME"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A committed repository with parameters and nothing else."""
    (tmp_path / "params.yaml").write_text("seed: 1\n")
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\n")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def lines(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / HISTORY).read_text().splitlines()]


def test_a_run_is_one_line(root: Path) -> None:
    (root / "outputs/primitives").mkdir(parents=True)
    (root / "outputs/primitives/primitive_centroids.sha1").write_text(
        "abc123  primitive_centroids.npy\n"
    )
    record(root, "rasterize", 1.234, PEAK)
    assert not (root / HISTORY).exists()
    record(root, "evaluate", 2.0, PEAK)
    (line,) = lines(root)
    assert line["seconds"] == {"rasterize": 1.23, "evaluate": 2.0}
    assert line["peak_mb"] == {"rasterize": PEAK, "evaluate": PEAK}
    assert line["params_sha256"] == hashlib.sha256(b"seed: 1\n").hexdigest()
    assert line["centroids_sha1"] == "abc123"
    assert len(str(line["commit"])) == 40
    assert line["experiment"] is None
    assert isinstance(line["versions"], dict) and line["versions"]["torch"]
    assert not (root / PENDING).exists()


def test_the_next_run_starts_from_nothing(root: Path) -> None:
    record(root, "rasterize", 1.0, PEAK)
    record(root, "evaluate", 2.0, PEAK)
    record(root, "evaluate", 3.0, PEAK)
    assert [line["seconds"] for line in lines(root)][1] == {"evaluate": 3.0}


def test_dirty_means_that_code_or_parameters_differ(root: Path) -> None:
    (root / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n")  # a run rewrites it
    record(root, "evaluate", 1.0, PEAK)
    (root / "params.yaml").write_text("seed: 2\n")
    record(root, "evaluate", 1.0, PEAK)
    assert [line["dirty"] for line in lines(root)] == [False, True]


@pytest.mark.parametrize("broken", ["", "{", "[1]", '{"a": 1}', '{"a": {"seconds": 1}}'])
def test_unreadable_costs_do_not_stop_a_run(root: Path, broken: str) -> None:
    (root / PENDING).parent.mkdir(parents=True)
    (root / PENDING).write_text(broken)
    record(root, "rasterize", 1.0, PEAK)
    record(root, "evaluate", 2.0, PEAK)
    assert lines(root)[0]["seconds"] == {"rasterize": 1.0, "evaluate": 2.0}


def test_an_experiment_leaves_its_line_where_it_was_started(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DVC runs it in a temporary copy, and says by these variables for whom."""
    started_from = tmp_path_factory.mktemp("checkout")
    monkeypatch.setenv("DVC_ROOT", str(started_from))
    monkeypatch.setenv("DVC_EXP_NAME", "grid-8")
    record(root, "evaluate", 1.0, PEAK)
    assert [line["experiment"] for line in lines(started_from)] == ["grid-8"]
    assert not (root / HISTORY).exists()


def test_without_git_the_commit_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "params.yaml").write_text("seed: 1\n")
    record(tmp_path, "evaluate", 1.0, PEAK)
    assert (lines(tmp_path)[0]["commit"], lines(tmp_path)[0]["dirty"]) == (None, None)


def test_peak_memory_counts_a_child_that_still_waits() -> None:
    hoard = "data = bytearray(300_000_000); print(len(data), flush=True); input()"
    call, pipe = [sys.executable, "-c", hoard], subprocess.PIPE
    with subprocess.Popen(call, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdin and child.stdout
        child.stdout.readline()
        assert peak_memory_mb()["largest_child"] >= 300
        child.communicate("\n")
