"""What comes of fonts that are made to do harm, and of damaged ones, beside sound ones.

`python -m bench.hostile_fonts [MUTATED]`, 300 by default. The hostile files are those of the tests;
the damaged ones are fonts of the locked packages, unpacked but for a sixth of them, in which a few
bytes are changed, cut out or said twice. Each is read by `import_file` in a worker, as own fonts
are, and after it a sound font, for a damaged one the same before the damage.
"""

import random
import resource
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

from bench.damage import damaged
from bench.rows import Entry, answer, compared
from rasm.bounded.workers import Workers
from rasm.fonts.files import unpacked
from rasm.fonts.importing import RefusedFont, accounted, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.fonts.sources import Source
from tests.fonts.building import PACKAGES
from tests.fonts.hostile import FILES

REGULAR = "*/files/*-arabic-400-normal.woff2"
Trial = tuple[str, bytes, Path]
"""The name of a bad file, what is in it, and a sound font to read after it."""


def rows(mutated: int) -> Iterator[Entry]:
    sound = sorted(PACKAGES.glob(REGULAR))
    if not sound:
        raise FileNotFoundError(f"{PACKAGES} holds no fonts: `make fonts` fetches them")
    made = [(name, make(), path) for (name, make), path in zip(FILES.items(), cycle(sound))]
    yield measured(f"a font made to do harm, of {len(made)}", made, tell=True)
    yield measured(f"a damaged font, of {mutated}", damaged_fonts(mutated, sound), tell=False)


def damaged_fonts(count: int, fonts: list[Path]) -> Iterator[Trial]:
    chance = random.Random(0)
    for number in range(count):
        path = chance.choice(fonts)
        data = path.read_bytes()
        if number % 6:
            data = unpacked(data)
        # Directories and headers lie in the first kilobyte.
        yield f"{number:03} of {path.stem}", damaged(data, chance, head=1024), path


def measured(what: str, trials: Iterable[Trial], tell: bool) -> Entry:
    """Seconds a file, the sound fonts' too."""
    items, ends = arabic_inventory(), Counter[str]()
    bad, sound = list[float](), list[float]()
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as folder, Workers(FONT_LIMITS, jobs=1) as workers:
        workers.do("", import_file, Source(Path("none"), "none", None), items, "regular")
        for name, data, font in trials:
            path = Path(folder, "font")
            path.write_bytes(data)
            start = time.perf_counter()
            outcome = workers.do(name, import_file, Source(path, name, None), items, "spread")
            between = time.perf_counter()
            workers.do(font.name, import_file, Source(font, font.name, None), items, "spread")
            bad.append(between - start)
            sound.append(time.perf_counter() - between)
            slowest = max(slowest, (bad[-1], name))
            fonts = accounted(outcome)
            refused = [one.reason for one in fonts if isinstance(one, RefusedFont)]
            end = "given up" if outcome.error else "refused" if refused else "read"
            ends[end] += 1
            if tell:
                why = refused[-1] if refused else f"{len(fonts)} fonts"
                print(f"  {bad[-1]:6.2f} s  {name}: {why[:100]}", flush=True)
    counts = ", ".join(f"{count} {end}" for end, count in ends.items())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    note = f"{counts}; slowest {slowest[0]:.1f} s, {slowest[1]}; largest worker {peak} MB"
    return compared(what, bad, "a sound font", sound, note=note)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("mutated", nargs="?", type=int, default=300)
    answer(rows, parser)


if __name__ == "__main__":
    main()
