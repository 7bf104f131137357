"""The documents say what is there."""

import re
from pathlib import Path

import pytest

from docs.refresh import BLOCKS, refreshed
from stages.pipeline import read_stages

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTES = ["dataset/README.md", "CHANGELOG.md", "LOG.md"]
PAGES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md"))


@pytest.mark.parametrize("page", BLOCKS)
def test_pages_show_the_committed_metrics_and_the_dag(page: str) -> None:
    assert refreshed(page) == (ROOT / page).read_text(encoding="utf-8"), "run `make docs`"


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_links_lead_to_files_and_headings(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]*)(?:#[\w-]+)?\)", text):
        assert not target or (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize(
    "document", ["README.md", "dataset/README.md", "CHANGELOG.md", "LOG.md", *PAGES]
)
def test_paths_in_documents_exist(document: str) -> None:
    """A path in backquotes is in git, or some stage makes it, or git ignores it on purpose."""
    text = (ROOT / document).read_text(encoding="utf-8")
    stages = read_stages(ROOT).values()
    made = [out for stage in stages for out in stage.outs]
    ours = ("outputs/meta/run_history.jsonl", "dataset/fonts/node_modules", "outputs/tmp")
    served = "outputs/page", "outputs/report.html"
    known = (*ours, *served, "dataset/added", "dataset/folders", "outputs/plots/index.html")
    for path in re.findall(r"`((?:lib|stages|tests|dataset|outputs|docs|bench)/[\w./-]+)`", text):
        is_made = any(stage.makes(path) for stage in stages) or any(
            path.startswith(out) or out.startswith(path.rstrip("/")) for out in made
        )
        assert (ROOT / path).exists() or is_made or path.rstrip("/").startswith(known), path


def test_docs_name_every_stage_and_every_folder_of_the_library() -> None:
    folders = {path.parent.name for path in ROOT.glob("lib/rasm/*/__init__.py")}
    missing = [name for name in sorted(folders) if f"  {name}/" not in README]
    assert not missing, f"the tree of README.md lacks {missing}"
    pages = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert not [name for name in read_stages(ROOT) if name not in pages]
