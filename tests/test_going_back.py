"""A run once made is never lost: after a change, after `git checkout .`, after a trial is stopped.

The state is that of a fresh clone of another machine's run after its first `make run`: dvc.lock and
metrics in git are of the other machine, those of the workspace of this one. Only the corpus of
carved letters is trained, in seconds.
"""

import hashlib
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import yaml

from experiments.keeping import advice
from stages.pipeline import read_stages
from tests.checkout import Checkout
from tests.toy_params import set_params

CORPUS = "safaitic"
EPOCHS = f"corpora.{CORPUS}.train_embedder.epochs"
BATCH = f"corpora.{CORPUS}.train_embedder.batch_size"
LETTERS = {
    EPOCHS: 1,
    f"corpora.{CORPUS}.train_embedder.steps_per_epoch": 2,
    BATCH: 29,
    "train_embedder.backbone.small.width": 8,
    "train_embedder.chosen_by.letters.queries": 29,
    "train_embedder.chosen_by.letters.pairs": 20,
    "evaluate_corpus.test.letters.queries": 29,
    "evaluate_corpus.test.letters.pairs": 20,
    "evaluate_corpus.test.letters.levels": ["seed"],
}
MODEL = f"outputs/checkpoints/embedder/{CORPUS}/model.safetensors"
METRICS = f"outputs/corpus_metrics/{CORPUS}.json"
PORTABLE = {"import_letters", "code"}  # the same bytes on every machine
ROOT = Path(__file__).parents[1]
STAGES = read_stages(ROOT)
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("going back") / "a clone", programs)
    keep_one_corpus(checkout.root)
    set_params(checkout.root / "params.yaml", LETTERS)
    checkout.dvc("repro")
    mine = {name: (checkout.root / name).read_bytes() for name in ("dvc.lock", METRICS)}
    become_foreign(checkout.root / "dvc.lock")
    (checkout.root / METRICS).write_text('{"seed_top1": 0.5}', encoding="utf-8")
    checkout.commit("the run of another machine")
    for name, content in mine.items():
        (checkout.root / name).write_bytes(content)
    assert checkout.run("git", "status", "--short").split() == ["M", "dvc.lock", "M", METRICS]
    return checkout


def keep_one_corpus(root: Path) -> None:
    """Leaves of dvc.yaml and params.yaml what the evaluation of `CORPUS` depends on."""
    kept = {"evaluate_corpus"}
    while (
        new := {
            name
            for name, stage in STAGES.items()
            for reader in kept
            for dep in STAGES[reader].deps
            if stage.file == "dvc.yaml" and stage.makes(dep.replace("${key}", CORPUS))
        }
        - kept
    ):
        kept |= new
    (root / "dataset/dvc.yaml").unlink()
    stages = {name: entry for name, entry in PIPELINE["stages"].items() if name in kept}
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    params["corpora"] = {CORPUS: params["corpora"][CORPUS]}
    params = {
        section: held for section, held in params.items() if section not in STAGES.keys() - kept
    }
    (root / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")


def become_foreign(lock: Path) -> None:
    """Every hash that is not the same on another machine becomes one that no cache here has."""
    text = lock.read_text(encoding="utf-8")
    for name, stage in yaml.safe_load(text)["stages"].items():
        for out in stage["outs"] if name not in PORTABLE else ():
            own = out["md5"].removesuffix(".dir")
            text = text.replace(own, hashlib.md5(own.encode()).hexdigest())
    lock.write_text(text, encoding="utf-8")


def state(clone: Checkout) -> dict[str, str]:
    """Checksums of all that a run reads and writes, and what git thinks of it."""
    outputs = (path for path in (clone.root / "outputs").rglob("*") if path.is_file())
    names = {str(path.relative_to(clone.root)) for path in outputs}
    left_aside = ("outputs/tmp/", "outputs/meta/run_history.jsonl")
    return {
        name: hashlib.sha256((clone.root / name).read_bytes()).hexdigest()
        for name in {*names, *clone.run("git", "ls-files").splitlines()}
        if (clone.root / name).is_file() and not name.startswith(left_aside)
    } | {"git": clone.run("git", "status", "--short"), "stash": clone.run("git", "stash", "list")}


def stages_run(printed: str) -> set[str]:
    """But for `code`, which runs after every change and takes a second."""
    return set(re.findall(r"Running stage '([^@']+)", printed)) - {"code"}


def test_the_last_run_comes_back_after_a_change(clone: Checkout) -> None:
    before = state(clone)
    set_params(clone.root / "params.yaml", {BATCH: 30})
    assert stages_run(clone.dvc("repro", f"train_embedder@{CORPUS}")) == {"train_embedder"}
    assert state(clone)[MODEL] != before[MODEL]
    assert not stages_run(clone.run("sh", "-c", "git checkout params.yaml && dvc repro"))
    assert state(clone) == before


def test_nothing_is_trained_again_after_git_has_put_the_foreign_lock_back(clone: Checkout) -> None:
    before = state(clone)
    clone.fail("sh", "-c", "git checkout . && dvc checkout")
    assert not (clone.root / MODEL).exists()
    assert stages_run(clone.dvc("repro")) == {"name_machine"}
    assert state(clone) == before


def test_a_trial_leaves_the_workspace_as_it_is(clone: Checkout) -> None:
    """What it has in common with the run comes from the run cache."""
    before = state(clone)
    printed = clone.run(*trial("evaluate_corpus.test.letters.pairs=22"))
    assert stages_run(printed) == {"evaluate_corpus"}
    assert state(clone) == before
    assert clone.dvc("exp", "list", "--names-only").split() == ["try-1"]
    assert "dvc exp apply try-1 " in printed and "dvc exp remove try-1 " in printed


@pytest.mark.parametrize(
    ("moment", "number", "epochs"),
    [
        (".git/refs/stash", signal.SIGTERM, 10**5),
        (".dvc/tmp/exps/standalone/tmp*/outputs/tmp/embedder_safaitic.pt", signal.SIGINT, 10**5),
        (".git/refs/exps/*/*/try-2", signal.SIGTERM, 2),
    ],
    ids=["while it is copied", "while it trains", "when it is kept already"],
)
def test_a_stopped_trial_leaves_nothing(
    clone: Checkout, moment: str, number: int, epochs: int
) -> None:
    """While it is copied, DVC keeps the changes of the workspace in a stash."""
    before, experiments = state(clone), clone.dvc("exp", "list", "--names-only")
    process = subprocess.Popen(
        trial(f"{EPOCHS}={epochs}"),
        cwd=clone.root,
        env=clone.plain,
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
    return ["python", "-m", "experiments.trial", *settings]


def processes_below(root: Path) -> list[str]:
    """Command lines of what runs in a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(root):
                found.append(" ".join(process.cmdline()))
    return found


def test_the_run_that_is_not_committed_is_told_how_to_be(clone: Checkout) -> None:
    said = advice(clone.root)
    assert said.endswith("\n  git add dvc.lock outputs/corpus_metrics && git commit")
    clone.run("sh", "-c", f"{said.splitlines()[-1]} -qm kept")
    assert advice(clone.root) == ""
    clone.run("sh", "-c", "git checkout . && dvc checkout")  # once committed, this suffices
    assert not stages_run(clone.dvc("repro"))
