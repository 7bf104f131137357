"""Puts what commands print into the README, between `<!-- name -->` and `<!-- end -->`.

`make docs` writes; a test asks that nothing would change. So no number in the README is older than
the metrics in git, and the picture of the DAG is DVC's own.
"""

import re
import subprocess
import sys
from pathlib import Path

from rasm.report.summary import report

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


def refreshed(text: str) -> str:
    """The text with every block made anew."""
    for name, content in (("metrics", metrics_table()), ("dag", dag())):
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, count = pattern.subn(lambda m, c=content: m[1] + c + "\n" + m[2], text)
        if count != 1:
            raise ValueError(f"README.md has {count} blocks `<!-- {name} -->`, one is wanted")
    return text


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(refreshed(readme.read_text(encoding="utf-8")), encoding="utf-8")
