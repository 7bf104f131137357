"""What comes of fonts that are made to do harm, and of damaged ones: counts, seconds, memory.

`python -m bench.hostile_fonts [MUTATED]`, 300 by default. The hostile files are those of the tests;
the damaged ones are fonts of the locked packages, unpacked but for a sixth of them, in which a few
bytes are changed, cut out or said twice. Each is read by `import_file` in a worker, as own fonts
are, one after the other. Memory is that of the largest worker.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rasm.bounded.workers import Workers
from rasm.fonts.files import unpacked
from rasm.fonts.importing import RefusedFont, accounted, import_file
from rasm.fonts.inventory import arabic_inventory
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.fonts.sources import Source
from tests.fonts.building import PACKAGES
from tests.fonts.hostile import FILES


def mutated(count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(0)
    fonts = sorted(PACKAGES.glob("*/files/*-arabic-400-normal.woff2"))
    for number in range(count):
        path = chance.choice(fonts)
        data = bytearray(path.read_bytes())
        if number % 6:
            data = bytearray(unpacked(bytes(data)))
        for _ in range(chance.choice((1, 3, 10, 100))):
            # Half of the changes hit the first kilobyte, where directories and headers lie.
            at = chance.randrange(1024 if chance.random() < 0.5 else len(data))
            length = chance.choice((1, 1, 1, 2, 4, 16))
            kind = chance.randrange(6)
            if kind < 3:
                data[at : at + length] = chance.randbytes(length)
            elif kind == 3:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 4:
                data[at : at + length] = b"\xff" * length
            else:
                piece = data[at : at + length]
                data[at : at + length] = chance.choice((b"", piece * 2))
        yield f"{number:03} of {path.stem}", bytes(data)


def measured(files: Iterator[tuple[str, bytes]], tell: bool) -> None:
    items, ends, slowest = arabic_inventory(), Counter[str](), (0.0, "")
    with tempfile.TemporaryDirectory() as folder, Workers(FONT_LIMITS, jobs=1) as workers:
        workers.do("", import_file, Source(Path("none"), "none", None), items, "regular")
        for name, data in files:
            path = Path(folder, "font")
            path.write_bytes(data)
            start = time.monotonic()
            source = Source(path, name, None)
            outcome = workers.do(name, import_file, source, items, "spread")
            seconds = time.monotonic() - start
            slowest = max(slowest, (seconds, name))
            fonts = accounted(outcome)
            refused = [one.reason for one in fonts if isinstance(one, RefusedFont)]
            end = "given up" if outcome.error else "refused" if refused else "read"
            ends[end] += 1
            if tell:
                why = refused[-1] if refused else f"{len(fonts)} fonts"
                print(f"  {seconds:6.2f} s  {name}: {why[:100]}", flush=True)
    print(f"{sum(ends.values())} files: {dict(ends)}; slowest {slowest[0]:.1f} s, {slowest[1]}")


def main() -> None:
    measured(((name, make()) for name, make in FILES.items()), tell=True)
    measured(mutated(int(sys.argv[1]) if len(sys.argv) > 1 else 300), tell=False)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"largest worker: {peak} MB")


if __name__ == "__main__":
    main()
