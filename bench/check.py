"""`rasm check` on fonts: glyphs a second, start-up included and not, and what its ways bring.

`python -m bench.check [FONT...] [--outputs outputs]`, in a checkout with a finished run; by default
on 50 fonts of the locked packages. The command is timed as a user types it, in a process of its
own. Awake means what many fonts come to: everything imported, networks loaded, workers started.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bench.rows import Entry, answer, compared, in_turns
from rasm.bounded.workers import Workers
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.inputs.examples import Examples, plain_rasters
from rasm.nets.device import autocast
from rasm.query.check import check_face, drawn_file
from rasm.query.recognizer import Recognizer
from rasm.raster.face import DrawnFace, draw_file
from rasm.reading.lanes import Lanes
from rasm.reading.logits import predict

ROUNDS, FILES = 3, 50
PACKAGES = Path("dataset/fonts/node_modules/@fontsource")
REGULAR_AND_BOLD = "*/files/*-arabic-[47]00-normal.woff2"
COMMAND = [sys.executable, "-c", "from rasm.query.cli import app; app()", "check", "--json"]


class ClaimsUnheard(Recognizer):
    """A recogniser that asks both networks of every glyph, whatever it is said to be."""

    def classify(
        self,
        masks: NDArray[np.bool_],
        cues: NDArray[np.float32] | None = None,
        claims: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float64]:
        return super().classify(masks, cues)


def rows(fonts: Sequence[Path], outputs: Path) -> Iterator[Entry]:
    recognizer, unheard = Recognizer.load(outputs), ClaimsUnheard.load(outputs)
    fonts = fonts or sorted(PACKAGES.glob(REGULAR_AND_BOLD))[:FILES]
    if not fonts:
        raise FileNotFoundError(f"{PACKAGES} holds no fonts: `make fonts` fetches them")
    glyphs = command(fonts, outputs)
    drawn = list(drawn_here(fonts, recognizer))
    with Workers(FONT_LIMITS) as workers:
        taken = in_turns(
            {
                "command": lambda: command(fonts, outputs),
                "awake": lambda: judge(drawn_by(workers, fonts, recognizer), recognizer),
                "in turn": lambda: judge(drawn_here(fonts, recognizer), recognizer),
                "judged": lambda: judge(drawn, recognizer),
                "unheard": lambda: judge(drawn, unheard),
            },
            ROUNDS,
        )
    for what, ours, alternative, theirs in (
        (f"rasm check of {len(fonts)} fonts", "command", "the same, awake", "awake"),
        ("the same, awake: workers draw ahead", "awake", "drawn in between", "in turn"),
        ("drawn faces judged, claims heard", "judged", "both networks, always", "unheard"),
    ):
        yield compared(what, taken[ours], alternative, taken[theirs], items="glyphs", count=glyphs)
    yield lanes_beside_layers(drawn, recognizer)


def command(fonts: Sequence[Path], outputs: Path) -> int:
    """Run it; the number of glyphs that it judged. Fonts that it cannot read are left out."""
    line = [*COMMAND, "--outputs", str(outputs), *map(str, fonts)]
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True)
    if done.returncode > 1:
        raise RuntimeError(f"rasm check ended with status {done.returncode}")
    return sum(found["glyphs"] for found in json.loads(done.stdout))


def drawn_by(
    workers: Workers, fonts: Sequence[Path], recognizer: Recognizer
) -> Iterator[DrawnFace]:
    calls = ((str(path), (path, recognizer.policy)) for path in fonts)
    for outcome in workers.in_order(drawn_file, calls):
        for drawn in outcome.results:
            yield from drawn.faces


def drawn_here(fonts: Sequence[Path], recognizer: Recognizer) -> Iterator[DrawnFace]:
    for path in fonts:
        yield from draw_file(path, recognizer.policy).faces


def judge(faces: Iterable[DrawnFace], recognizer: Recognizer) -> None:
    for face in faces:
        check_face(face, recognizer)


def lanes_beside_layers(faces: Sequence[DrawnFace], recognizer: Recognizer) -> Entry:
    """The baseline on all glyphs: a part on each core, or each layer on all cores."""
    network, device = recognizer.baseline, recognizer.device
    rasters, cues = (
        torch.from_numpy(np.concatenate([getattr(face, name) for face in faces])).to(device)
        for name in ("rasters", "cues")
    )
    count = len(rasters)
    prepare = plain_rasters(network.channels)
    given = None if network.head.cues is None else cues
    examples = Examples(rasters, np.zeros(count, dtype=np.int64), prepare, given)
    lanes = Lanes(device, recognizer.precision)

    def in_layers() -> None:
        with torch.inference_mode(), autocast(device, recognizer.precision):
            predict(network, examples)

    jobs = {"lanes": lambda: lanes.predict(network, examples)(), "layers": in_layers}
    taken = in_turns(jobs, ROUNDS)
    return compared(
        "baseline, a lane a core",
        taken["lanes"],
        "each layer on all cores",
        taken["layers"],
        items="glyphs",
        count=count,
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("fonts", nargs="*", type=Path)
    parser.add_argument("--outputs", type=Path, default=Path("outputs"))
    answer(rows, parser)


if __name__ == "__main__":
    main()
