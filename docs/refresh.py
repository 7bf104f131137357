"""Puts what commands print into README.md and docs/, between `<!-- name -->` and `<!-- end -->`.

`make docs` writes; a test asks that nothing would change. So no number there is older than the
metrics in git, and the picture of the DAG is DVC's own.
"""

import re
import subprocess
import sys
from pathlib import Path

from rasm.report.summary import report
from rasm.store.json_file import read_json

ROOT = Path(__file__).parents[1]


def metrics_table() -> str:
    """What `make run` prints last, of the metrics in git."""
    return f"```\n{report(ROOT / 'outputs')}\n```"


def dag() -> str:
    """`dvc dag --md` without the stage `code`, which an arrow would join to every other."""
    command = [sys.executable, "-m", "dvc", "dag", "--md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.strip().splitlines()
    (code,) = (line.split("[")[0].strip() for line in lines if line.endswith('["code"]'))
    return "\n".join(line for line in lines if code not in re.findall(r"\w+", line))


def scores() -> str:
    """The recogniser on test families, in three lines."""
    found = read_json(ROOT / "outputs/metrics/font.json", dict[str, float])
    asked = {
        "shape_top1": "the shape, letters that are drawn alike being one",
        "letter_top1": "the letter, whatever its form",
        "shape_top5": "the shape among the first five",
    }
    lines = []
    for name, what in asked.items():
        low, high = (found.get(f"{name}_{end}") for end in ("low", "high"))
        interval = "" if low is None else f"{low:.2f} to {high:.2f}"
        lines.append(f"| {what} | {found[name]:.3f} | {interval} |")
    return "\n".join(["| right about | share | interval |", "|---|---:|---:|", *lines])


BLOCKS = {
    "README.md": {"scores": scores},
    "docs/metrics.md": {"metrics": metrics_table},
    "docs/pipeline.md": {"dag": dag},
}


def refreshed(name: str) -> str:
    """The text of a page with every block made anew."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for block, make in BLOCKS[name].items():
        pattern = re.compile(rf"(<!-- {block} -->\n).*?(<!-- end -->)", re.DOTALL)
        made = make()
        text, count = pattern.subn(lambda m, made=made: m[1] + made + "\n" + m[2], text)
        if count != 1:
            raise ValueError(f"{name} has {count} blocks `<!-- {block} -->`, one is wanted")
    return text


if __name__ == "__main__":
    for page in BLOCKS:
        (ROOT / page).write_text(refreshed(page), encoding="utf-8")
