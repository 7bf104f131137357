"""The documents say what is there."""

import re
from pathlib import Path

import pytest

from docs.refresh import refreshed
from stages.pipeline import read_stages

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_shows_the_committed_metrics_and_the_dag() -> None:
    assert refreshed(README) == README, "run `make docs`"


def test_readme_names_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"`?\bmake ([a-z-]+)`", README)) <= targets


@pytest.mark.parametrize("document", ["README.md", "dataset/README.md", "CHANGELOG.md", "LOG.md"])
def test_paths_in_documents_exist(document: str) -> None:
    """A path in backquotes is in git, or some stage makes it, or git ignores it on purpose."""
    text = (ROOT / document).read_text(encoding="utf-8")
    stages = read_stages(ROOT).values()
    made = [out for stage in stages for out in stage.outs]
    ours = ("outputs/meta/run_history.jsonl", "dataset/fonts/node_modules", "outputs/tmp")
    served = "outputs/page"
    known = (*ours, served, "dataset/folders", "outputs/plots/index.html")
    for path in re.findall(r"`((?:lib|stages|tests|dataset|outputs|docs|bench)/[\w./-]+)`", text):
        is_made = any(stage.makes(path) for stage in stages) or any(
            path.startswith(out) or out.startswith(path.rstrip("/")) for out in made
        )
        assert (ROOT / path).exists() or is_made or path.rstrip("/").startswith(known), path


def test_readme_names_every_stage_and_every_folder_of_the_library() -> None:
    folders = {path.parent.name for path in ROOT.glob("lib/rasm/*/__init__.py")}
    missing = [name for name in sorted(folders) if f"  {name}/" not in README]
    assert not missing, f"the tree of README.md lacks {missing}"
    assert all(name in README for name in read_stages(ROOT))
