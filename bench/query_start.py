"""A cold `rasm query`: seconds from the shell's view, beside what importing PyTorch alone takes.

`python -m bench.query_start [--outputs outputs]`, in a checkout with a finished run. Both are
processes of their own, in turns, each once before to warm the disk; quote the medians.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw

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
        rounds = [
            {name: seconds(line) for name, line in commands.items()} for _ in range(ROUNDS + 1)
        ]
    for name in commands:
        median = statistics.median(taken[name] for taken in rounds[1:])
        print(f"{name:36} {median:8.2f} s")


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
