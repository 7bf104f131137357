"""A number of ours beside the alternative's, timed in the same run, as a row of one table."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Medians, and how many times ours is as fast: median of the rounds, least and most."""

    what: str
    unit: str  # seconds, or so many a second
    ours: float
    alternative: str
    theirs: float
    ratio: tuple[float, float, float]
    note: str = ""


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


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    print(f"{'':42}{'ours':>10}  {'':10}{'alternative':26}{'theirs':>10}  times as fast")
    for row in rows:
        middle, least, most = row.ratio
        ours = f"{row.what:42}{_short(row.ours):>10}  {row.unit:10}{row.alternative:26}"
        theirs = f"{_short(row.theirs):>10}  {middle:.2f} ({least:.2f} to {most:.2f})"
        print(f"{ours}{theirs}  {row.note}".rstrip(), flush=True)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
