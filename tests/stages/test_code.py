"""The two files of each run, in a checkout of two stages."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stages.__main__ import RUNNER

ROOT = Path(__file__).parents[2]
FILES = {
    "stages/draw.py": "from rasm.store import atomic\ndef main(params, track, *, out): pass\n",
    "stages/train.py": """
import torch
def main(params, run, *, source):
    match params.loss.kind:
        case "hard":
            from rasm.store import json_file
""",
    "params.yaml": """
seed: 7
compute: {precision: auto}
train: {loss: {kind: soft, soft: {scale: 2}, hard: {margin: 1}}}
corpora: {world: {train: {loss: {kind: hard}}}, arabic: {}}
""",
    "dvc.yaml": """
stages:
  code: {cmd: c}
  draw: {cmd: c}
  train: {foreach: "${corpora}", do: {cmd: c}}
""",
    "requirements.lock": "pydantic==2.0 \\\ntorch==3.0 \\\n",
}
STORE = [f"lib/rasm/store/{name}.py" for name in ("atomic", "json_file", "regular_file")]
CALL = (
    "code --library lib/rasm --scripts stages --lock requirements.lock --params params.yaml"
    " --code outputs/code --resolved outputs/params"
)
PROGRAM = f"""
import sys
from stages.__main__ import main
status = main({CALL!r}.split())
print(*(name for name in ("torch", "numpy", "pydantic", "joblib") if name in sys.modules))
sys.exit(status)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copied = [f"stages/{name}.py" for name in (*RUNNER, "code")]
    copied += ["lib/rasm/__init__.py", *STORE]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in copied}
    for name, text in {**texts, **FILES}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run_code(root: Path) -> str:
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def files(root: Path, kind: str) -> dict[str, dict[str, dict[str, object]]]:
    return {path.stem: json.loads(path.read_text()) for path in root.glob(f"outputs/{kind}/*")}


def test_each_run_gets_its_parameters(root: Path) -> None:
    run_code(root)
    shared = {"seed": 7, "compute": {"precision": "auto"}}
    assert files(root, "params") == {
        "draw": {"params": {}},
        "train@world": {**shared, "params": {"loss": {"kind": "hard", "margin": 1}}},
        "train@arabic": {**shared, "params": {"loss": {"kind": "soft", "scale": 2}}},
    }


def test_each_run_gets_what_it_reaches(root: Path) -> None:
    run_code(root)
    found = files(root, "code")
    assert {run: set(code["modules"]) for run, code in found.items()} == {
        "draw": {"stages/draw.py", STORE[0]},
        "train@world": {"stages/train.py", *STORE},
        "train@arabic": {"stages/train.py"},
    }
    packages = {run: code["packages"] for run, code in found.items()}
    assert packages["train@world"] == {"pydantic": "2.0", "torch": "3.0"}
    assert packages["train@arabic"] == {"torch": "3.0"}
    assert packages["draw"] == {}


def test_a_run_that_is_gone_leaves_no_file(root: Path) -> None:
    run_code(root)
    (root / "params.yaml").write_text(FILES["params.yaml"].replace(", arabic: {}", ""))
    run_code(root)
    assert files(root, "code").keys() == files(root, "params").keys() == {"draw", "train@world"}


def test_nothing_is_imported_that_takes_long(root: Path) -> None:
    """It runs before every other stage, whether they have something to do or not."""
    assert run_code(root).strip() == ""
