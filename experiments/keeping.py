"""Says after a run how git keeps it: `python -m experiments.keeping`.

What is committed stands in `dvc metrics diff` as the run to compare with, and its dvc.lock is what
`git checkout` goes back to.
"""

from pathlib import Path

from experiments.commands import output

ROOT = Path(__file__).absolute().parents[1]
METRICS = ("outputs/metrics", "outputs/val_metrics", "outputs/corpus_metrics")
RUN = ("dvc.lock", "dataset/dvc.lock", *METRICS)


def advice(root: Path) -> str:
    """The commands that commit what the last run has changed; empty where nothing has."""
    if not output(root, "git", "status", "--porcelain", "--", *RUN):
        return ""
    there = " ".join(path for path in RUN if (root / path).exists())
    return f"To keep this run and compare later ones with it:\n  git add {there} && git commit"


if __name__ == "__main__":
    if said := advice(ROOT):
        print(f"\n{said}")
