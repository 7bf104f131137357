"""`rasm check` on fonts: glyphs a second, start-up included and not, and where the time goes.

`python -m bench.check [FONT...] [--outputs DIR]`, in a checkout with a finished run; by default on
50 fonts of the locked packages. The command is timed as a user types it, in a process of its own.
The second figure is what many fonts come to: everything imported, workers awake. The steps are
timed one after the other on one core, where the command draws the next fonts while networks look at
the last one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from rasm.bounded.workers import Workers
from rasm.fonts.files import face_count, open_face
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.reading import read_glyphs
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.query.check import check_face, drawn_file
from rasm.query.recognizer import Recognizer
from rasm.raster.face import DrawnFace, draw_file
from rasm.raster.packing import unpack

ROUNDS, FILES = 3, 50
PACKAGES = Path("dataset/fonts/node_modules/@fontsource")
REGULAR_AND_BOLD = "*/files/*-arabic-[47]00-normal.woff2"
COMMAND = [sys.executable, "-c", "from rasm.query.cli import app; app()", "check", "--json"]


def seconds(work: Callable[[], object]) -> float:
    """The median of a few rounds, the first of which is left out."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def command(fonts: list[Path], outputs: Path) -> int:
    """Run it; the number of glyphs that it judged. Fonts that it cannot read are left out."""
    line = [*COMMAND, "--outputs", str(outputs), *map(str, fonts)]
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True)
    if done.returncode > 1:  # it has said why
        sys.exit(done.returncode)
    return sum(found["glyphs"] for found in json.loads(done.stdout))


def warm(fonts: list[Path], recognizer: Recognizer, workers: Workers) -> None:
    calls = ((str(path), (path, recognizer.policy)) for path in fonts)
    for outcome in workers.in_order(drawn_file, calls):
        for face in (face for drawn in outcome.results for face in drawn.faces):
            check_face(face, recognizer)


def read(fonts: list[Path]) -> None:
    for path in fonts:
        data = path.read_bytes()
        for index in range(face_count(data)):
            list(read_glyphs(open_face(data, index), arabic_inventory()))


def faces(fonts: list[Path], recognizer: Recognizer) -> Iterator[DrawnFace]:
    for path in fonts:
        yield from draw_file(path, recognizer.policy).faces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fonts", nargs="*", type=Path)
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    asked = parser.parse_args()
    fonts: list[Path] = asked.fonts or sorted(PACKAGES.glob(REGULAR_AND_BOLD))[:FILES]
    glyphs = command(fonts, asked.outputs)
    recognizer = Recognizer.load(asked.outputs)
    whole = seconds(lambda: command(fonts, asked.outputs))
    with Workers(FONT_LIMITS) as workers:
        running = seconds(lambda: warm(fonts, recognizer, workers))
    print(f"{glyphs} glyphs of {len(fonts)} files, median of {ROUNDS} rounds")
    print(f"start-up included  {whole:6.2f} s  {glyphs / whole:6.0f} glyphs/s")
    print(f"without start-up   {running:6.2f} s  {glyphs / running:6.0f} glyphs/s")

    torch.set_num_threads(1)
    drawn = list(faces(fonts, recognizer))
    reading = seconds(lambda: read(fonts))
    drawing = seconds(lambda: list(faces(fonts, recognizer)))
    asking = seconds(
        lambda: [recognizer.classify(unpack(face.rasters), face.cues) for face in drawn]
    )
    judging = seconds(lambda: [check_face(face, recognizer) for face in drawn])
    print("on one core, one after the other:")
    for step, spent in {
        "read and shape": reading,
        "draw": drawing - reading,
        "recognise": asking,
        "compare": judging - asking,
    }.items():
        print(f"  {step:<16} {spent:6.2f} s  {1000 * spent / glyphs:5.2f} ms a glyph")


if __name__ == "__main__":
    main()
