"""A line an evaluation in outputs/meta/run_history.jsonl: what was run, with what, at what cost.

Stages run in processes of their own, so each leaves its cost in outputs/tmp/seconds.json, and one
that evaluates turns what has gathered there into the line. A stage that DVC found up to date does
not run and does not appear; a run that failed and was continued appears as one. An experiment that
DVC runs in a temporary copy leaves its line in the checkout that it was started from, under its
name.
"""

import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LAST = ("evaluate", "evaluate_corpus", "evaluate_ranker", "publish_index")  # no stage follows them
PENDING = "outputs/tmp/seconds.json"
HISTORY = "outputs/meta/run_history.jsonl"
PACKAGES = ("torch", "numpy", "scikit-learn", "fonttools", "uharfbuzz", "dvc")
# What a run itself rewrites: it does not make the tree that was run differ from its commit.
WRITTEN_BY_A_RUN = (":!outputs", ":!dvc.lock", ":!dataset/dvc.lock")


def record(root: Path, stage: str, seconds: float, peak_mb: dict[str, int]) -> None:
    """Notes that `stage` succeeded; after a last one, appends its line."""
    pending = root / PENDING
    costs = _read(pending) | {stage: {"seconds": round(seconds, 2), "peak_mb": peak_mb}}
    if stage.partition("@")[0] in LAST:
        _append(
            Path(os.environ.get("DVC_ROOT", root)) / HISTORY,
            _describe(root)
            | {
                "seconds": {name: cost["seconds"] for name, cost in costs.items()},
                "peak_mb": {name: cost["peak_mb"] for name, cost in costs.items()},
            },
        )
        pending.unlink(missing_ok=True)
    else:
        pending.parent.mkdir(parents=True, exist_ok=True)
        part = pending.with_suffix(".part")
        part.write_text(json.dumps(costs), encoding="utf-8")
        part.replace(pending)


def peak_memory_mb() -> dict[str, int]:
    """The largest resident sizes so far: of this process, and of the largest of its children."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    child = max([ended, *_living_children()])
    return {"self": round(own / 1e6), "largest_child": round(child / 1e6)}


def _living_children() -> Iterator[int]:
    """Peak bytes of workers that wait for more work, which getrusage leaves out (Linux only)."""
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                status = Path(f"/proc/{child}/status").read_text()
                peaks = (line for line in status.splitlines() if line.startswith("VmHWM:"))
                yield from (int(line.split()[1]) * 1024 for line in peaks)
        except OSError:
            continue  # it ended while we looked


def _read(pending: Path) -> dict[str, Any]:
    """The costs gathered so far; what a killed run left unreadable is not worth stopping for."""
    try:
        costs = json.loads(pending.read_text(encoding="utf-8"))
        return {
            name: {key: cost[key] for key in ("seconds", "peak_mb")} for name, cost in costs.items()
        }
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return {}


def _describe(root: Path) -> dict[str, Any]:
    import rasm  # of this checkout: the runner has put its lib first by now

    params = root / "params.yaml"
    centroids = root / "outputs/primitives/primitive_centroids.sha1"
    changes = _git(
        root, "status", "--porcelain", "--untracked-files=no", "--", ".", *WRITTEN_BY_A_RUN
    )
    return {
        "utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git(root, "rev-parse", "HEAD"),
        "dirty": None if changes is None else bool(changes),
        "experiment": os.environ.get("DVC_EXP_NAME"),
        "params_sha256": hashlib.sha256(params.read_bytes()).hexdigest(),
        "centroids_sha1": centroids.read_text("utf-8").split()[0] if centroids.is_file() else None,
        "versions": {
            "rasm": rasm.__version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in PACKAGES},
        },
    }


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where there is no git, no repository or no commit."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _append(path: Path, line: dict[str, Any]) -> None:
    """One write in append mode: two runs that end together do not tear each other's line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(handle)
