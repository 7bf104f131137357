"""A cold `rasm query`: seconds from the shell's view, beside what importing PyTorch alone takes.

`python -m bench.query_start [--outputs outputs]`, in a checkout with a finished run. Both are
processes of their own, each once before to warm the disk.
"""

import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from bench.rows import Entry, answer, compared, in_turns
from rasm.query.run_files import CORPUS, require_index

ROUNDS = 7


def rows(outputs: Path) -> Iterator[Entry]:
    require_index(CORPUS, outputs)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "ring.png"
        image = Image.new("L", (64, 64), 255)
        ImageDraw.Draw(image).ellipse((12, 12, 52, 52), outline=0, width=6)
        image.save(picture)
        rasm = ["from rasm.query.cli import app; app()", "query"]
        jobs = {
            "query": lambda: run(*rasm, str(picture), "--outputs", str(outputs)),
            "import": lambda: run("import torch"),
        }
        taken = in_turns(jobs, ROUNDS)
    pairs = zip(taken["query"], taken["import"], strict=True)
    rest = statistics.median(query - start for query, start in pairs)
    yield compared(
        "rasm query, from a cold start",
        taken["query"],
        "import torch alone",
        taken["import"],
        note=f"{rest:.2f} s are our own",
    )


def run(code: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    answer(rows, parser)


if __name__ == "__main__":
    main()
