"""The cross-validation by family as a table: how well fonts are read that nothing was made from.

It is made of docs/crossval.csv alone, which has a line a family group and recogniser.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.metrics.intervals import IntervalParams, with_interval
from rasm.metrics.labels import READINGS
from rasm.report.summary import RECOGNISERS
from rasm.store.atomic import replacing

CROSSVAL_COLUMNS = (
    *("fold", "recogniser", "family", "glyphs"),
    *(f"{reading}_top1" for reading in READINGS),
    *(f"{reading}_top1_ceiling" for reading in READINGS),
    *("coverage", "set_size", "calibration_error"),
    *("commit", "date", "machine"),
)
WORST = 5
_INTERVALS = IntervalParams(resamples=10_000, level=0.95)
_SEED = 0  # of the resamples

CrossvalRow = Mapping[str, str]

_HEAD = """\
# Cross-validation by family

Every family group is tested once, by networks, primitives, shape classes and thresholds that never
saw it, at the default profile. Top-1 in percent: the mean over families with its interval (95%, by
drawing families anew), all glyphs together, and the families that are read worst. The ceiling is
what the pictures allow; `font` is the fusion, the glyphs of a font read together. The recipe was
chosen on validation families of the default split, which are among those tested here; networks,
thresholds and classes were not.
"""
_FOOT = f"""\
![Mistaken glyphs of the {WORST} families that are read worst](crossval.png)

Mistaken glyphs of the {WORST} worst families, fusion. To make this page anew: `make crossval`; the
numbers are in [crossval.csv](crossval.csv).
"""


def crossval_page(rows: Sequence[CrossvalRow]) -> str:
    """The whole document, in Markdown."""
    made = (
        f"Run on {rows[0]['machine']}, at commit {rows[0]['commit']}, "
        f"{max(row['date'] for row in rows)}; {len({row['fold'] for row in rows})} folds, one seed."
    )
    parts = [_HEAD, made, "", crossval_table(rows), "", *_sets(rows), _families(rows), "", _FOOT]
    return "\n".join(parts)


def crossval_table(rows: Sequence[CrossvalRow]) -> str:
    """A line a recogniser and reading, in Markdown."""
    lines = [
        "|            |        |  mean over families | ceiling | all glyphs | worst family |",
        "| ---------- | ------ | ------------------: | ------: | ---------: | -----------: |",
    ]
    for name in RECOGNISERS:
        own = [row for row in rows if row["recogniser"] == name]
        families = np.array([row["family"] for row in own])
        glyphs = np.array([int(row["glyphs"]) for row in own])
        for reading in READINGS:
            right, best = (
                np.array([float(row[key]) for row in own])
                for key in (f"{reading}_top1", f"{reading}_top1_ceiling")
            )
            mean, low, high = map(_percent, _mean(right, families))
            cells = [
                f"{f'{mean} ({low} to {high})':>19}",
                f"{_percent(best.mean()):>7}",
                f"{_percent(np.average(right, weights=glyphs)):>10}",
                f"{_percent(right.min()):>12}",
            ]
            lines.append(f"| {name:10} | {reading:6} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sets(rows: Sequence[CrossvalRow]) -> list[str]:
    """A table of conformal sets over all folds; nothing of folds of before, which lack them."""
    lines = [
        "Conformal sets that promise 90%, by thresholds of the next fold: coverage as a mean over",
        "families and of the worst, and shapes in a set.",
        "",
        "|            | coverage, mean over families | worst family | shapes in a set |",
        "| ---------- | ---------------------------: | -----------: | --------------: |",
    ]
    asked = [row for row in rows if row.get("coverage")]
    for name in dict.fromkeys(row["recogniser"] for row in asked):
        own = [row for row in asked if row["recogniser"] == name]
        families = np.array([row["family"] for row in own])
        covered = np.array([float(row["coverage"]) for row in own])
        mean, low, high = map(_percent, _mean(covered, families))
        size = np.mean([float(row["set_size"]) for row in own])
        cells = [f"{f'{mean} ({low} to {high})':>28}", f"{_percent(covered.min()):>12}"]
        lines.append(f"| {name:10} | {' | '.join(cells)} | {size:15.2f} |")
    return [*lines, ""] if asked else []


def _mean(values: NDArray[np.float64], families: NDArray[np.str_]) -> tuple[float, float, float]:
    """The mean and the ends of its interval."""
    found = with_interval("mean", values, families, _INTERVALS, _SEED, groups_alike=True)
    return found["mean"], found["mean_low"], found["mean_high"]


def _families(rows: Sequence[CrossvalRow]) -> str:
    """The families as the fusion reads them, the worst first, and their shapes read together."""
    together = {row["family"]: row["shape_top1"] for row in rows if row["recogniser"] == "font"}
    head = ("family", "glyphs", *READINGS, "font: shape")
    lines = [f"| {' | '.join(head)} |", "| --- |" + " ---: |" * (len(head) - 1)]
    for row in _ordered(rows):
        shares = [*(row[f"{reading}_top1"] for reading in READINGS), together[row["family"]]]
        shown = " | ".join(_percent(float(share)) for share in shares)
        lines.append(f"| {row['family']} | {row['glyphs']} | {shown} |")
    return "\n".join(lines)


def worst_families(rows: Sequence[CrossvalRow]) -> list[CrossvalRow]:
    """The rows of the fusion about the families whose shapes it names least often."""
    return _ordered(rows)[:WORST]


def _ordered(rows: Sequence[CrossvalRow]) -> list[CrossvalRow]:
    fused = [row for row in rows if row["recogniser"] == "fusion"]
    return sorted(fused, key=lambda row: (float(row["shape_top1"]), row["family"]))


def stack(path: Path, files: Sequence[bytes]) -> None:
    """PNG of sheets of one width, one under the other; they come as PNG files' bytes."""
    sheets = [Image.open(BytesIO(file)) for file in files]
    page = Image.new("RGB", (sheets[0].width, sum(sheet.height for sheet in sheets)))
    top = 0
    for sheet in sheets:
        page.paste(sheet, (0, top))
        top += sheet.height
    with replacing(path) as temporary:
        page.save(temporary, format="PNG", optimize=True)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
