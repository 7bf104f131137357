"""How far answers can be trusted, as tables and as reliability diagrams."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from rasm.metrics.outliers import DetectorRow
from rasm.metrics.trust import families_table, reliability
from rasm.report.table import write_table
from rasm.store.atomic import replacing
from rasm.trust.calibration import Fitted, probabilities
from rasm.trust.families import family_weights


def write_trust_tables(
    folder: Path,
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    families: NDArray[np.str_],
    fitted: Fitted,
    seed: int,
) -> None:
    """`trust.csv` by family, `reliability.csv` and `.png` of a recogniser's logits (N, C).

    The diagram shows confidence before and after calibration, every family alike.
    """
    rows = families_table(logits, truth, families, fitted, seed)
    write_table(folder / "trust.csv", tuple(rows[0]), rows)
    weights = family_weights(families)
    bins = {}
    for name, p in (
        ("before", np.asarray(softmax(logits.astype(np.float64), axis=1))),
        ("after", probabilities(logits, fitted)),
    ):
        bins[name] = reliability(p.max(axis=1), p.argmax(axis=1) == truth, weights)
    columns = ("calibration", "confidence", "accuracy", "share")
    table = [{"calibration": name, **row} for name, found in bins.items() for row in found]
    write_table(folder / "reliability.csv", columns, table)
    _draw(folder / "reliability.png", bins)


def write_detectors(folder: Path, rows: Sequence[DetectorRow]) -> None:
    """`detectors.csv`: a line a detector and kind of unknown."""
    columns = ("detector", "unknown", "pictures", "auroc", "fpr95")
    write_table(folder / "detectors.csv", columns, [dict(row) for row in rows])


def _draw(path: Path, bins: dict[str, list[dict[str, float]]]) -> None:
    import matplotlib.style
    from matplotlib.figure import Figure

    with matplotlib.style.context("default"):
        figure = Figure(figsize=(4, 4), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color="#999", linewidth=1)
        for (name, rows), colour, mark in zip(
            bins.items(), ("#D55E00", "#0072B2"), "os", strict=True
        ):
            axes.plot(
                [row["confidence"] for row in rows],
                [row["accuracy"] for row in rows],
                color=colour,
                marker=mark,
                label=f"{name} calibration",
            )
        axes.set(xlabel="confidence", ylabel="share of right answers", xlim=(0, 1), ylim=(0, 1))
        axes.legend(frameon=False)
        with replacing(path) as temporary:
            figure.savefig(temporary, format="png", dpi=120, metadata={"Software": None})
