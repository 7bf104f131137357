"""What a bench gives: numbers of ours beside the alternative's, as rows of one table.

    def rows(glyphs: int) -> Iterator[Entry]:
        taken = in_turns({"ours": ours, "theirs": theirs}, rounds=5)
        yield compared("glyphs drawn", taken["ours"], "Skia", taken["theirs"])

    def main() -> None:
        parser = ArgumentParser(description=__doc__)
        parser.add_argument("--glyphs", type=int, default=10_000)
        answer(rows, parser)

By itself a bench prints the table of its own rows; `python -m bench` asks each for JSON lines.
"""

import json
import os
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """Medians, and how many times ours is as good: median of the rounds, least and most."""

    what: str
    unit: str  # seconds, so many a second, or a share
    ours: float
    alternative: str
    theirs: float
    ratio: tuple[float, float, float]
    note: str = ""


@dataclass(frozen=True)
class Absent:
    """What could not be measured, and why."""

    what: str
    why: str


Entry = Row | Absent


def in_turns(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each job in each round, after a first round that does not count.

    A slow moment of the machine hits all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if number:
                taken[name].append(time.perf_counter() - start)
    return taken


def compared(
    what: str,
    ours: Sequence[float],
    alternative: str,
    theirs: Sequence[float],
    *,
    items: str = "",
    count: int = 1,
    note: str = "",
) -> Row:
    """A row of the seconds that rounds took, as `count` `items` a second if there are any."""
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    shown = [statistics.median(taken) for taken in (ours, theirs)]
    if items:
        shown = [count / seconds for seconds in shown]
    spread = statistics.median(ratios), min(ratios), max(ratios)
    return Row(what, f"{items}/s" if items else "s", shown[0], alternative, shown[1], spread, note)


def answer(rows: Callable[..., Iterable[Entry]], parser: ArgumentParser) -> None:
    """Give the rows of a bench, called with what the command line asks, as a table or as JSON.

    What the code under the bench prints goes to stderr. A FileNotFoundError says what the bench
    lacks: it is shown in the table, and the exit status is 1.
    """
    parser.add_argument("--json", action="store_true", help="a line a row, for `python -m bench`")
    asked = vars(parser.parse_args())
    as_json, out = asked.pop("json"), sys.stdout
    entries: list[Entry] = []

    def give(entry: Entry) -> None:
        entries.append(entry)
        if as_json:
            print(json.dumps(asdict(entry)), file=out, flush=True)

    status = 0
    with redirect_stdout(sys.stderr):
        try:
            for entry in rows(**asked):
                give(entry)
        except FileNotFoundError as error:
            give(Absent(Path(sys.argv[0]).stem, str(error)))
            status = 1
    if not as_json:
        show(entries)
    sys.exit(status)


def read_entry(line: str) -> Entry:
    """The row of a line of JSON."""
    found = json.loads(line)
    return Absent(**found) if "why" in found else Row(**{**found, "ratio": tuple(found["ratio"])})


def show(entries: Iterable[Entry]) -> None:
    """Print the table, headed by the machine."""
    from rasm.nets.device import processor  # with PyTorch, which a start should be timed without

    lines: list[tuple[str, ...]] = [
        ("", "ours", "", "alternative", "theirs", "times as good (least to most)", "")
    ]
    for entry in entries:
        if isinstance(entry, Absent):
            lines.append((entry.what, f"not measured: {entry.why}"))
            continue
        middle, least, most = entry.ratio
        ratio = f"{middle:.2f} ({least:.2f} to {most:.2f})"
        theirs = (entry.alternative, _short(entry.theirs), ratio, entry.note)
        lines.append((entry.what, _short(entry.ours), entry.unit, *theirs))
    whole = [line for line in lines if len(line) > 2]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    widths[0] = max(len(line[0]) for line in lines)
    print(f"{processor()}, {os.cpu_count()} cores; medians of rounds in turns")
    for what, *cells in lines:
        aligned = [
            cell.rjust(width) if place in (0, 3) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths[1:], strict=False))
        ]
        print("  ".join([what.ljust(widths[0]), *aligned]).rstrip())


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
