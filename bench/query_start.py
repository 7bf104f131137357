"""A cold `rasm query`: seconds from the shell's view, beside what importing PyTorch alone takes.

`python -m bench.query_start [--outputs outputs]`, in a checkout with a finished run. Both are
processes of their own, in turns, each once before to warm the disk; quote the medians.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from PIL import Image, ImageDraw

from bench.turns import in_turns

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    outputs = parser.parse_args().outputs
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "ring.png"
        image = Image.new("L", (64, 64), 255)
        ImageDraw.Draw(image).ellipse((12, 12, 52, 52), outline=0, width=6)
        image.save(picture)
        rasm = [sys.executable, "-c", "from rasm.query.cli import app; app()", "query"]
        commands = {
            "rasm query": [*rasm, str(picture), "--outputs", str(outputs)],
            "import torch": [sys.executable, "-c", "import torch"],
        }
        jobs = {name: partial(run, line) for name, line in commands.items()}
        for name, taken in in_turns(jobs, ROUNDS).items():
            print(f"{name:36} {statistics.median(taken):8.2f} s")


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
