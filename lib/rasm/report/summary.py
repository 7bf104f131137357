"""The metrics as one table to read: `python -m rasm.report.summary outputs`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasm.report.corpus_summary import corpus_summary
from rasm.store.json_file import read_json

_RECOGNISERS = ("phase2", "joint", "baseline", "fusion")
_ROWS = (
    "strict_top1",
    "strict_top5",
    "strict_top10",
    "strict_macro_f1",
    "strict_weighted_f1",
    "shape_top1",
    "shape_top5",
    "shape_top10",
    "shape_macro_f1",
    "shape_weighted_f1",
    "diacritics_strict_top1",
    "diacritics_shape_top1",
    "ligatures_strict_top1",
    "ligatures_shape_top1",
    "calibration_error",
    "conformal_coverage",
    "conformal_set_size",
)


def summary(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Text table of metrics by recogniser name, each beside the ceiling where it has one."""
    shown = [name for name in _RECOGNISERS if name in metrics]
    lines = []
    if "phase1" in metrics:
        cells = metrics["phase1"]
        lines += [
            "Phase 1, cell -> primitive, on the cells of the test families (ceiling 1)",
            f"  accuracy {cells['accuracy']:.4f}   inked cells only {cells['accuracy_inked']:.4f}"
            f"   inked cells taken for empty {cells['empty_false_positive_rate']:.4f}",
            "",
        ]
    if shown:
        first = metrics[shown[0]]
        lines += [
            f"Glyph -> label, on {first['glyphs']} glyphs of {first['labels']} labels from "
            f"{first['families']} test families",
            "  " + f"{'':24}" + "".join(f"{name:>10}" for name in (*shown, "ceiling")),
        ]
        for row in _ROWS:
            if row in first:
                values = [metrics[name][row] for name in shown]
                ceiling = first.get(f"{row}_ceiling")
                lines.append(
                    f"  {row:24}"
                    + "".join(f"{value:10.4f}" for value in values)
                    + (f"{ceiling:10.4f}" if ceiling is not None else "")
                )
        for kind in ("strict", "shape"):
            spread = [
                f"{metrics[name][f'{kind}_top1_family_min']:.2f}"
                f"-{metrics[name][f'{kind}_top1_family_max']:.2f}"
                for name in shown
            ]
            lines.append(f"  {kind + '_top1 by family':24}" + "".join(f"{s:>10}" for s in spread))
    if "analysis" in metrics:
        found = metrics["analysis"]
        mended, made = found["errors_mended_by_true_grid"], found["errors_made_by_true_grid"]
        lines += [
            "",
            f"phase2 takes {found['errors']} glyphs for another shape: {found['errors_of_dots']} "
            f"miss the dots alone, {found['errors_of_form']} the form.",
            f"With true primitives {mended} of these errors vanish and {made} others appear.",
            "The worst, with pictures: outputs/analysis/confusions.html",
        ]
    return "\n".join(lines)


def read_metrics(folder: Path) -> dict[str, Any]:
    """The JSON files of a folder by name."""
    return {path.stem: read_json(path) for path in sorted(folder.glob("*.json"))}


def report(outputs: Path) -> str:
    """All that there is to say about the metrics of a run; empty when there are none."""
    parts = [
        summary(read_metrics(outputs / "metrics")),
        corpus_summary(read_metrics(outputs / "corpus_metrics")),
    ]
    return "\n\n".join(part for part in parts if part)


def main(outputs: Path) -> int:
    """Print the report on a folder of outputs; 1 when there is nothing to say."""
    text = report(outputs)
    if not text:
        print(f"{outputs} holds no metrics: run `make run`", file=sys.stderr)
        return 1
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
